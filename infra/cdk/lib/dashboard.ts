import {
  Color,
  Dashboard,
  GraphWidget,
  type GraphWidgetProps,
  type IMetric,
  MathExpression,
} from "aws-cdk-lib/aws-cloudwatch";
import type { Construct } from "constructs";

import type { FunctionName } from "./functions";
import { apiMetric, counted, ofEach, reputation, type Watched } from "./watching";

const COLUMNS = 3;

/** Four rows of three graphs: what happens, how the API does, how the functions do, what is behind them. */
export function makeDashboard(scope: Construct, watched: Watched): Dashboard {
  const graphs = [...whatHappens(watched), ...theApi(watched), ...theFunctions(watched), ...behindThem(watched)];
  const dashboard = new Dashboard(scope, "Dashboard", { dashboardName: watched.name });
  for (let i = 0; i < graphs.length; i += COLUMNS) dashboard.addWidgets(...graphs.slice(i, i + COLUMNS));
  return dashboard;
}

function graph(title: string, left: IMetric[], more: GraphWidgetProps = {}): GraphWidget {
  return new GraphWidget({ title, left, width: 24 / COLUMNS, height: 6, ...more });
}

function whatHappens(watched: Watched): GraphWidget[] {
  const { name } = watched;
  const joins = `SEARCH('{"SpacesInvitations/${name}",service,reason} MetricName="Joins"', 'Sum', 300)`;
  return [
    graph("What happened", [
      counted(watched, "InvitationsCreated", "create-space-invite"),
      counted(watched, "Joins", "join-invite"),
      counted(watched, "GuestLogins", "anonymous-login"),
    ]),
    graph("Mails", [
      counted(watched, "MailsSent", "deliver-invites"),
      counted(watched, "MailsFailed", "deliver-invites").with({ color: Color.RED }),
    ]),
    graph("Joins by reason", [new MathExpression({ expression: joins })]),
  ];
}

function theApi(watched: Watched): GraphWidget[] {
  const { api, createSpaceInvite, joinInvite, anonymousLogin } = watched;
  const p99 = [createSpaceInvite, joinInvite, anonymousLogin].map((of) => of.metricDuration({ statistic: "p99" }));
  return [
    graph("Requests", [
      apiMetric(api, "Count", "Sum"),
      apiMetric(api, "4xx", "Sum"),
      apiMetric(api, "5xx", "Sum").with({ color: Color.RED }),
    ]),
    graph("Answered within (ms)", [
      apiMetric(api, "IntegrationLatency", "p50"),
      apiMetric(api, "IntegrationLatency", "p99"),
      apiMetric(api, "Latency", "p99"),
    ]),
    graph("Function time, 99 of 100 (ms)", p99),
  ];
}

function theFunctions(watched: Watched): GraphWidget[] {
  const services: FunctionName[] = ["create-space-invite", "join-invite", "anonymous-login", "deliver-invites"];
  const each = (metricName: string, statistic?: string) => Object.values(ofEach(watched, metricName, statistic));
  return [
    graph(
      "Cold starts",
      services.map((service) => counted(watched, "ColdStart", service)),
    ),
    graph("Errors and throttles", [...each("Errors"), ...each("Throttles")]),
    graph("Instances", each("ConcurrentExecutions", "Maximum")),
  ];
}

function behindThem(watched: Watched): GraphWidget[] {
  const { deliverInvites, undelivered, table } = watched;
  const units = [
    "ConsumedReadCapacityUnits",
    "ConsumedWriteCapacityUnits",
    "ReadThrottleEvents",
    "WriteThrottleEvents",
  ];
  const inQueue = undelivered.metricApproximateNumberOfMessagesVisible({ statistic: "Maximum" });
  return [
    graph(
      "The outbox's age (ms), and what was given up",
      [deliverInvites.metric("IteratorAge", { statistic: "Maximum" })],
      { right: [inQueue] },
    ),
    graph(
      "The table's units",
      units.map((name) => table.metric(name, { statistic: "Sum" })),
    ),
    graph("Bounces and complaints (share)", [reputation(watched, "BounceRate"), reputation(watched, "ComplaintRate")]),
  ];
}
