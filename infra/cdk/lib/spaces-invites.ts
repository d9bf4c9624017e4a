import { Aws, Fn, Stack } from "aws-cdk-lib";
import type { DomainName, HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import type { Dashboard } from "aws-cdk-lib/aws-cloudwatch";
import type { Table } from "aws-cdk-lib/aws-dynamodb";
import type { Key } from "aws-cdk-lib/aws-kms";
import type { Function } from "aws-cdk-lib/aws-lambda";
import type { ISecret } from "aws-cdk-lib/aws-secretsmanager";
import type { Topic } from "aws-cdk-lib/aws-sns";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";

import { makeApi, makeDomain, makeRoutes } from "./api";
import { makeDashboard } from "./dashboard";
import { Functions } from "./functions";
import { makeMail } from "./mail";
import { makeOutbox, makeUndelivered } from "./outbox";
import { faults, type SpacesInvitesProps } from "./props";
import { makeKey, makeSecret, makeTable } from "./state";
import { makeAlarms, makeTopic } from "./watching";

/**
 * The whole service: API, functions, table, outbox, mail, alarms. It is what infra/template.yaml describes, resource by
 * resource and under the same ids; a test compares the two.
 */
export class SpacesInvites extends Construct {
  /** Where clients reach the service. */
  readonly publicUrl: string;
  /** The key of all that is kept. It outlives the stack, as the table does. */
  readonly key: Key;
  readonly table: Table;
  /** `current` and `previous`: what guest tokens' keys derive from. */
  readonly signingSecret: ISecret;
  readonly api: HttpApi;
  /** What the domain's record must point to is its `regionalDomainName`. */
  readonly apiDomain: DomainName | undefined;
  readonly createSpaceInvite: Function;
  readonly joinInvite: Function;
  readonly anonymousLogin: Function;
  readonly deliverInvites: Function;
  /** Where in the stream it was that deliver-invites gave up. */
  readonly undelivered: Queue;
  /** What all alarms tell. */
  readonly alarmTopic: Topic;
  readonly dashboard: Dashboard;

  constructor(scope: Construct, id: string, props: SpacesInvitesProps) {
    super(scope, id);
    const wrong = faults(props);
    if (wrong.length > 0) throw new Error(`SpacesInvites ${this.node.path}: ${wrong.join("; ")}`);
    const name = props.name ?? Stack.of(this).stackName;

    this.key = makeKey(this, name);
    this.table = makeTable(this, props, this.key);
    this.signingSecret = makeSecret(this, name, this.key);
    this.api = makeApi(this, name, props);
    this.publicUrl =
      props.domain === undefined
        ? `https://${this.api.apiId}.execute-api.${Stack.of(this).region}.${Aws.URL_SUFFIX}`
        : `https://${props.domain.domainName}`;
    this.undelivered = makeUndelivered(this, this.key);
    const identity = props.mailIdentity || Fn.select(1, Fn.split("@", props.mailFrom));
    const configurationSet = makeMail(this, name, identity, props);

    const functions = new Functions(this, {
      name,
      props,
      publicUrl: this.publicUrl,
      key: this.key,
      table: this.table,
      secret: this.signingSecret,
      identity,
      configurationSet,
    });
    this.createSpaceInvite = functions.createSpaceInvite();
    this.joinInvite = functions.joinInvite();
    this.anonymousLogin = functions.anonymousLogin();
    this.deliverInvites = functions.deliverInvites(this.undelivered);
    makeOutbox(this, props, this.table, this.deliverInvites, this.undelivered);
    const stage = makeRoutes(this, name, props, this);
    this.apiDomain = makeDomain(this, props, this.api, stage);

    this.alarmTopic = makeTopic(this, this.key, props.alarmEmail);
    const { api, table, undelivered, createSpaceInvite, joinInvite, anonymousLogin, deliverInvites } = this;
    const called = { createSpaceInvite, joinInvite, anonymousLogin, deliverInvites };
    const watched = { name, api, table, undelivered, configurationSet, ...called };
    makeAlarms(this, watched, this.alarmTopic);
    this.dashboard = makeDashboard(this, watched);
  }
}
