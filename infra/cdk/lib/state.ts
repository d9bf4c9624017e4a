import { Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
} from "aws-cdk-lib/aws-dynamodb";
import { AccountRootPrincipal, PolicyDocument, PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import { CfnSecret, type ISecret, Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { Construct } from "constructs";

import { acknowledge } from "./acknowledge";
import type { SpacesInvitesProps } from "./props";

/**
 * One key for all that the stack keeps: table, secret, functions' environment, logs, alarms. Without it none of that can
 * be read any more, so it outlives the stack, as the table does. Who may use it is said in the roles of the functions.
 */
export function makeKey(scope: Construct, name: string): Key {
  const { partition, region, account } = Stack.of(scope);
  const statements = [
    new PolicyStatement({
      sid: "PoliciesOfTheAccountDecide",
      principals: [new AccountRootPrincipal()],
      actions: ["kms:*"],
      resources: ["*"],
    }),
    new PolicyStatement({
      sid: "LogsOfThisStack",
      principals: [new ServicePrincipal(`logs.${region}.amazonaws.com`)],
      actions: ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
      resources: ["*"],
      conditions: {
        ArnLike: {
          "kms:EncryptionContext:aws:logs:arn": `arn:${partition}:logs:${region}:${account}:log-group:/${name}/*`,
        },
      },
    }),
    // CloudWatch can't publish to a topic encrypted with SNS's own key.
    new PolicyStatement({
      sid: "AlarmsToTheTopic",
      principals: [new ServicePrincipal("cloudwatch.amazonaws.com")],
      actions: ["kms:Decrypt", "kms:GenerateDataKey*"],
      resources: ["*"],
      conditions: { StringEquals: { "aws:SourceAccount": account } },
    }),
  ];
  return new Key(scope, "Key", {
    description: `Everything that ${name} keeps`,
    enableKeyRotation: true,
    pendingWindow: Duration.days(30),
    policy: new PolicyDocument({ statements }),
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
}

/** The whole state of the service. */
export function makeTable(scope: Construct, props: SpacesInvitesProps, key: Key): Table {
  const table = new Table(scope, "Table", {
    partitionKey: { name: "pk", type: AttributeType.STRING },
    sortKey: { name: "sk", type: AttributeType.STRING },
    billingMode: BillingMode.PAY_PER_REQUEST,
    // The outbox: deliver-invites reads new invitations from it.
    stream: StreamViewType.NEW_IMAGE,
    // Only cleans up: DynamoDB deletes days late, so every read and write checks the time itself.
    timeToLiveAttribute: "expires_at",
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    encryption: TableEncryption.CUSTOMER_MANAGED,
    encryptionKey: key,
    deletionProtection: props.stage === "prod",
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
  table.addGlobalSecondaryIndex({
    indexName: "gsi1",
    partitionKey: { name: "gsi1pk", type: AttributeType.STRING },
    sortKey: { name: "gsi1sk", type: AttributeType.STRING },
    projectionType: ProjectionType.KEYS_ONLY,
  });
  return table;
}

/**
 * Guest tokens' keys and idempotent ids derive from it. The first value is made here; a rotation puts another one in, with
 * the one before as "previous", and names the version in `signingSecretVersion`.
 */
export function makeSecret(scope: Construct, name: string, key: Key): ISecret {
  // The L2 construct would add a statement to the key's policy for everybody in the account who comes by Secrets Manager.
  // The roles of those who read it are enough.
  const secret = new CfnSecret(scope, "SigningSecret", {
    description: `The signing secret of ${name}, and the one before it`,
    kmsKeyId: key.keyArn,
    generateSecretString: {
      secretStringTemplate: '{"previous":""}',
      generateStringKey: "current",
      passwordLength: 64,
      excludePunctuation: true,
    },
  });
  secret.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
  acknowledge(
    secret,
    "SMG4",
    "A rotation has to reach the functions' environment, so it is a deployment (signingSecretVersion).",
  );
  return Secret.fromSecretAttributes(scope, "SigningSecretReference", {
    secretCompleteArn: secret.ref,
    encryptionKey: key,
  });
}
