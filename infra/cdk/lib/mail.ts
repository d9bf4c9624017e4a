import {
  CloudWatchDimensionSource,
  ConfigurationSet,
  ConfigurationSetEventDestination,
  EmailIdentity,
  EmailSendingEvent,
  EventDestination,
  Identity,
  SuppressionReasons,
} from "aws-cdk-lib/aws-ses";
import type { Construct } from "constructs";

import type { SpacesInvitesProps } from "./props";

/** What SES has to know of us. Returns the name of the configuration set. */
export function makeMail(scope: Construct, name: string, identity: string, props: SpacesInvitesProps): string {
  if (props.createMailIdentity ?? true) {
    const verified = identity.includes("@") ? Identity.email(identity) : Identity.domain(identity);
    new EmailIdentity(scope, "MailDomain", { identity: verified });
  }
  // Its events name neither OPEN nor CLICK: SES rewrites no link and adds no picture.
  const configurationSet = new ConfigurationSet(scope, "MailConfiguration", {
    reputationMetrics: true,
    sendingEnabled: true,
    suppressionReasons: SuppressionReasons.BOUNCES_AND_COMPLAINTS,
  });
  // Numbers alone: the events of other destinations hold addresses.
  new ConfigurationSetEventDestination(scope, "MailEvents", {
    configurationSet,
    configurationSetEventDestinationName: "numbers",
    events: [
      EmailSendingEvent.SEND,
      EmailSendingEvent.REJECT,
      EmailSendingEvent.DELIVERY,
      EmailSendingEvent.BOUNCE,
      EmailSendingEvent.COMPLAINT,
      EmailSendingEvent.DELIVERY_DELAY,
    ],
    destination: EventDestination.cloudWatchDimensions([
      { name: "stack", source: CloudWatchDimensionSource.MESSAGE_TAG, defaultValue: name },
    ]),
  });
  return configurationSet.configurationSetName;
}
