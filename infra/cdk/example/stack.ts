import { Stack, type StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";

import { SpacesInvites, type SpacesInvitesProps } from "../lib";

export interface SpacesInvitesStackProps extends StackProps {
  readonly invites: SpacesInvitesProps;
}

/** A stack that contains the service. Its outputs are those of infra/template.yaml. */
export class SpacesInvitesStack extends Stack {
  readonly invites: SpacesInvites;

  constructor(scope: Construct, id: string, props: SpacesInvitesStackProps) {
    super(scope, id, { description: "Invitations to spaces, on Lambda and DynamoDB.", ...props });
    this.invites = new SpacesInvites(this, "Invites", props.invites);
  }
}
