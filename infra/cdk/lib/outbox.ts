import { Duration } from "aws-cdk-lib";
import type { Table } from "aws-cdk-lib/aws-dynamodb";
import type { Key } from "aws-cdk-lib/aws-kms";
import {
  EventSourceMapping,
  FilterCriteria,
  FilterRule,
  type Function,
  StartingPosition,
} from "aws-cdk-lib/aws-lambda";
import { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";

import { acknowledge } from "./acknowledge";
import type { SpacesInvitesProps } from "./props";

/** Where in the stream it was that deliver-invites gave up. */
export function makeUndelivered(scope: Construct, key: Key): Queue {
  const queue = new Queue(scope, "Undelivered", {
    retentionPeriod: Duration.days(14),
    encryptionMasterKey: key,
    dataKeyReuse: Duration.hours(1),
  });
  acknowledge(queue, "SQS3", "It is the dead-letter queue of the outbox.");
  acknowledge(queue, "SQS4", "SQS takes requests for an encrypted queue by TLS alone.");
  return queue;
}

/** The table's stream, as deliver-invites gets it. */
export function makeOutbox(
  scope: Construct,
  props: SpacesInvitesProps,
  table: Table,
  deliverInvites: Function,
  undelivered: Queue,
): void {
  const image = { sk: { S: FilterRule.isEqual("INVITE") }, channel: { S: FilterRule.isEqual("server") } };
  new EventSourceMapping(scope, "Outbox", {
    target: deliverInvites,
    eventSourceArn: table.tableStreamArn ?? "",
    // From the first record on: what is created before the mapping is active is mailed as well.
    startingPosition: StartingPosition.TRIM_HORIZON,
    filters: [FilterCriteria.filter({ eventName: FilterRule.isEqual("INSERT"), dynamodb: { NewImage: image } })],
    // Ten invitations of a thousand invitees at 14 a second take 12 minutes: within the function's 15.
    batchSize: 10,
    parallelizationFactor: props.batchesPerShard ?? 1,
    reportBatchItemFailures: true,
    bisectBatchOnError: true,
    // An outage of SES is waited out, up to a quarter of the day that the stream keeps its records: the alarm on their age
    // rings long before. What can't be delivered then is in the queue.
    retryAttempts: 1000,
    maxRecordAge: Duration.hours(6),
    // `SqsDlq` would let the function read the queue's attributes too; the role says what it may.
    onFailure: { bind: () => ({ destination: undelivered.queueArn }) },
  });
}
