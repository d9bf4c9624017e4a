import { CfnOutput, Stack, type StackProps } from "aws-cdk-lib";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import type { Construct } from "constructs";

import { SpacesInvites, type SpacesInvitesProps } from "../lib";

export interface SpacesInvitesStackProps extends StackProps {
  readonly invites: Omit<SpacesInvitesProps, "domain">;
  /** A domain for the API. Its certificate is there already, in ACM of the stack's region. */
  readonly domain?: { readonly domainName: string; readonly certificateArn: string };
}

/** A stack with the service in it, and what one wants to know of it: the outputs of infra/template.yaml. */
export class SpacesInvitesStack extends Stack {
  readonly invites: SpacesInvites;

  constructor(scope: Construct, id: string, props: SpacesInvitesStackProps) {
    super(scope, id, { description: "Invitations to spaces, on Lambda and DynamoDB.", ...props });
    const { domain } = props;
    const invites = new SpacesInvites(this, "Invites", {
      ...props.invites,
      ...(domain && {
        domain: {
          domainName: domain.domainName,
          certificate: Certificate.fromCertificateArn(this, "Certificate", domain.certificateArn),
        },
      }),
    });
    this.invites = invites;

    const output = (id: string, description: string, value: string) => new CfnOutput(this, id, { description, value });
    output("PublicUrl", "Where clients reach the service.", invites.publicUrl);
    output("ApiId", "The API, for what addresses it by its id.", invites.api.apiId);
    if (invites.apiDomain) {
      const target = invites.apiDomain.regionalDomainName;
      output("DomainTarget", "What the domain's record must point to (CNAME or alias).", target);
    }
    output("TableName", "The table's name, for the operator's tools.", invites.table.tableName);
    output("SigningSecretArn", "The signing secret, for rotating it.", invites.signingSecret.secretArn);
    const deliverInvites = invites.deliverInvites.functionName;
    output("DeliverInvitesName", "The function to run again what was not delivered.", deliverInvites);
    output("UndeliveredUrl", "The queue that says that something was not delivered.", invites.undelivered.queueUrl);
    output("AlarmsArn", "The topic of the alarms, for further subscriptions.", invites.alarmTopic.topicArn);
    const console = `https://${this.region}.console.aws.amazon.com/cloudwatch/home?region=${this.region}`;
    output("DashboardUrl", "The dashboard.", `${console}#dashboards/dashboard/${invites.dashboard.dashboardName}`);
  }
}
