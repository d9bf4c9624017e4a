import { Duration, Stack } from "aws-cdk-lib";
import type { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Metric,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type { Table } from "aws-cdk-lib/aws-dynamodb";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Key } from "aws-cdk-lib/aws-kms";
import type { Function } from "aws-cdk-lib/aws-lambda";
import { Subscription, SubscriptionProtocol, Topic } from "aws-cdk-lib/aws-sns";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";

import type { FunctionName } from "./functions";

/** What alarms and dashboard look at. */
export interface Watched {
  readonly name: string;
  readonly api: HttpApi;
  readonly table: Table;
  readonly undelivered: Queue;
  readonly configurationSet: string;
  readonly createSpaceInvite: Function;
  readonly joinInvite: Function;
  readonly anonymousLogin: Function;
  readonly deliverInvites: Function;
}

const { GREATER_THAN_THRESHOLD: OVER, GREATER_THAN_OR_EQUAL_TO_THRESHOLD: FROM } = ComparisonOperator;

export function makeTopic(scope: Construct, key: Key, alarmEmail: string | undefined): Topic {
  const topic = new Topic(scope, "Alarms", { masterKey: key });
  topic.addToResourcePolicy(
    new PolicyStatement({
      sid: "AlarmsOfThisAccount",
      principals: [new ServicePrincipal("cloudwatch.amazonaws.com")],
      actions: ["sns:Publish"],
      resources: [topic.topicArn],
      conditions: { StringEquals: { "aws:SourceAccount": Stack.of(scope).account } },
    }),
  );
  if (alarmEmail) {
    new Subscription(scope, "AlarmsByMail", { topic, protocol: SubscriptionProtocol.EMAIL, endpoint: alarmEmail });
  }
  return topic;
}

/** One alarm: what it says, of what, from when on, and for how many periods. */
interface Rule {
  readonly description: string;
  readonly metric: IMetric;
  readonly comparisonOperator: ComparisonOperator;
  readonly threshold: number;
  readonly periods?: number;
}

export function makeAlarms(scope: Construct, watched: Watched, topic: Topic): void {
  const rules = { ...ofTheApi(watched), ...ofTheFunctions(watched), ...ofTheMails(watched) };
  for (const [id, { periods, description, ...rule }] of Object.entries(rules)) {
    const alarm = new Alarm(scope, id, {
      ...rule,
      alarmDescription: description,
      evaluationPeriods: periods ?? 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(topic));
    alarm.addOkAction(new SnsAction(topic));
  }
}

function ofTheApi({ api }: Watched): Record<string, Rule> {
  return {
    Api5xxAlarm: {
      description: "At least 5 answers of the API were 5xx within 5 minutes.",
      metric: apiMetric(api, "5xx", "Sum"),
      comparisonOperator: FROM,
      threshold: 5,
    },
    ApiSlowAlarm: {
      description: "One request of a hundred took over 2 seconds, for 15 minutes.",
      metric: apiMetric(api, "IntegrationLatency", "p99"),
      comparisonOperator: OVER,
      threshold: 2000,
      periods: 3,
    },
  };
}

function ofTheFunctions(watched: Watched): Record<string, Rule> {
  const { table } = watched;
  return {
    FunctionErrorsAlarm: {
      description: "A function failed, was killed or ran out of time. A client's mistake never does that.",
      metric: sum("Errors", ofEach(watched, "Errors")),
      comparisonOperator: FROM,
      threshold: 1,
    },
    FunctionThrottlesAlarm: {
      description: "Lambda refused to start instances - the account's or the function's concurrency is used up.",
      metric: sum("Throttles", ofEach(watched, "Throttles")),
      comparisonOperator: FROM,
      threshold: 1,
    },
    TableThrottlesAlarm: {
      description: "DynamoDB throttled reads or writes, after the retries of the SDK, for 10 minutes.",
      metric: sum("Throttled", {
        reads: table.metric("ReadThrottleEvents", { statistic: "Sum" }),
        writes: table.metric("WriteThrottleEvents", { statistic: "Sum" }),
      }),
      comparisonOperator: FROM,
      threshold: 1,
      periods: 2,
    },
  };
}

function ofTheMails(watched: Watched): Record<string, Rule> {
  const { deliverInvites, undelivered } = watched;
  return {
    MailsLateAlarm: {
      description: "Invitations have waited over 5 minutes to be mailed.",
      metric: deliverInvites.metric("IteratorAge", { statistic: "Maximum", period: Duration.minutes(1) }),
      comparisonOperator: OVER,
      threshold: 300_000,
      periods: 3,
    },
    DeliverySlowAlarm: {
      description:
        "A batch of deliveries took over 12 of the 15 minutes it may - MailsPerSecond is too low for what is sent.",
      metric: deliverInvites.metricDuration({ statistic: "Maximum" }),
      comparisonOperator: OVER,
      threshold: 720_000,
    },
    MailsFailedAlarm: {
      description: "SES refused over a twentieth of at least 20 mails within 15 minutes for good.",
      metric: refused(watched),
      comparisonOperator: OVER,
      threshold: 5,
    },
    UndeliveredAlarm: {
      description: "deliver-invites gave up on invitations. Their mails are not sent, and won't be by themselves.",
      metric: undelivered.metricApproximateNumberOfMessagesVisible({
        statistic: "Maximum",
        period: Duration.minutes(1),
      }),
      comparisonOperator: FROM,
      threshold: 1,
    },
    MailBouncesAlarm: {
      description: "Over 5 % of the mails bounce. SES reviews accounts from 5 % on, and stops them from 10 % on.",
      metric: reputation(watched, "BounceRate", Duration.hours(1)),
      comparisonOperator: FROM,
      threshold: 0.05,
    },
    MailComplaintsAlarm: {
      description:
        "Over 0.1 % of the mails are called spam. SES reviews accounts from 0.1 % on, and stops them from 0.5 % on.",
      metric: reputation(watched, "ComplaintRate", Duration.hours(1)),
      comparisonOperator: FROM,
      threshold: 0.001,
    },
  };
}

function sum(label: string, usingMetrics: Record<string, IMetric>): MathExpression {
  return new MathExpression({ label, expression: "SUM(METRICS())", usingMetrics });
}

function refused(watched: Watched): MathExpression {
  const period = Duration.minutes(15);
  return new MathExpression({
    label: "Refused (%)",
    expression: "IF(sent + failed >= 20, 100 * failed / (sent + failed), 0)",
    period,
    usingMetrics: {
      sent: counted(watched, "MailsSent", "deliver-invites", period),
      failed: counted(watched, "MailsFailed", "deliver-invites", period),
    },
  });
}

/** A metric of each function. */
export function ofEach(watched: Watched, metricName: string, statistic = "Sum"): Record<string, IMetric> {
  const { createSpaceInvite, joinInvite, anonymousLogin, deliverInvites } = watched;
  const functions = [createSpaceInvite, joinInvite, anonymousLogin, deliverInvites];
  return Object.fromEntries(functions.map((of, i) => [`f${i}`, of.metric(metricName, { statistic })]));
}

export function apiMetric(api: HttpApi, metricName: string, statistic: string): Metric {
  return new Metric({ namespace: "AWS/ApiGateway", metricName, dimensionsMap: { ApiId: api.apiId }, statistic });
}

/** What a function counted itself. */
export function counted(
  { name }: Watched,
  metricName: string,
  service: FunctionName,
  period = Duration.minutes(5),
): Metric {
  const namespace = `SpacesInvitations/${name}`;
  return new Metric({ namespace, metricName, dimensionsMap: { service }, statistic: "Sum", period });
}

/** What SES says of the mails: a share, not a number. */
export function reputation({ configurationSet }: Watched, rate: string, period = Duration.minutes(5)): Metric {
  return new Metric({
    namespace: "AWS/SES",
    metricName: `Reputation.${rate}`,
    dimensionsMap: { "ses:configuration-set": configurationSet },
    statistic: "Average",
    period,
  });
}
