import type { Fields, Json, Resource } from "./template";

/** A resource as it is compared: resolved, and in the one of several spellings that both templates are brought to. */
export interface Canonical {
  readonly Type: string;
  readonly DeletionPolicy: string;
  readonly UpdateReplacePolicy: string;
  /** What has to be there first, though no property refers to it. */
  readonly DependsOn: string[];
  readonly Properties: Fields;
}

/** A template as it is compared. Statements of a role are with the role, wherever the template has them. */
export interface Deployment {
  readonly resources: { [id: string]: Canonical };
  readonly outputs: Fields;
}

/** A resource whose properties are resolved; what it depends on by the names that both templates have. */
export function canonical(resource: Resource, type: string, properties: Fields, dependsOn: string[]): Canonical {
  const { DeletionPolicy = "Delete", UpdateReplacePolicy = "Delete" } = resource;
  const refersTo = JSON.stringify(properties);
  const Properties = spelled(type, properties);
  const DependsOn = dependsOn.filter((id) => ![".", "}"].some((end) => refersTo.includes(`\${${id}${end}`))).sort();
  return { Type: type, DeletionPolicy, UpdateReplacePolicy, DependsOn, Properties };
}

/** Brings properties that are resolved to one spelling. Anything not named here is compared as it is. */
function spelled(type: string, properties: Fields): Fields {
  const copy = structuredClone(properties);
  SPELLINGS[type]?.(copy);
  return copy;
}

const SPELLINGS: { [type: string]: (properties: Fields) => void } = {
  "AWS::ApiGatewayV2::Stage": ({ AccessLogSettings }) => parse(AccessLogSettings as Fields, "Format"),
  "AWS::CloudWatch::Alarm": (alarm) => {
    // The ids of expressions are the tool's; those of metrics are in the expression.
    for (const metric of list(alarm, "Metrics")) {
      if (metric["Expression"] !== undefined) metric["Id"] = "value";
      if (metric["ReturnData"] === true) delete metric["ReturnData"];
    }
    sort(list(alarm, "Metrics"), "Id");
  },
  "AWS::CloudWatch::Dashboard": (dashboard) => {
    parse(dashboard, "DashboardBody");
    for (const widget of list(dashboard["DashboardBody"] as Fields, "widgets"))
      spellWidget(widget["properties"] as Fields);
  },
  "AWS::DynamoDB::Table": (table) => sort(list(table, "AttributeDefinitions"), "AttributeName"),
  "AWS::IAM::Role": (role) => {
    const inline = list(role, "Policies").map((policy) => policy["PolicyDocument"] as Fields);
    delete role["Policies"];
    role["Statements"] = inline.flatMap(statements).sort();
    role["AssumeRolePolicyDocument"] = statements(role["AssumeRolePolicyDocument"] as Fields).sort();
  },
  "AWS::KMS::Key": (key) => (key["KeyPolicy"] = statements(key["KeyPolicy"] as Fields).sort()),
  "AWS::Lambda::EventSourceMapping": (mapping) => {
    // The function's name and its ARN are as good.
    mapping["FunctionName"] = (mapping["FunctionName"] as string).replace(/\.Arn\}$/, "}");
    for (const filter of list(mapping["FilterCriteria"] as Fields, "Filters")) parse(filter, "Pattern");
  },
  "AWS::Lambda::Function": (lambda) => delete lambda["Code"],
  "AWS::SES::ConfigurationSetEventDestination": (destination) => {
    // SES knows `DELIVERY_DELAY` and `deliveryDelay`, `MESSAGE_TAG` and `messageTag`.
    const upper = (name: Json) =>
      String(name)
        .replace(/[a-z](?=[A-Z])/g, "$&_")
        .toUpperCase();
    const events = destination["EventDestination"] as Fields;
    events["MatchingEventTypes"] = (events["MatchingEventTypes"] as Json[]).map(upper);
    for (const dimension of list(events["CloudWatchDestination"] as Fields, "DimensionConfigurations")) {
      dimension["DimensionValueSource"] = upper(dimension["DimensionValueSource"] as Json);
    }
  },
  "AWS::SNS::Topic": keyById,
  "AWS::SNS::TopicPolicy": (policy) =>
    (policy["PolicyDocument"] = statements(policy["PolicyDocument"] as Fields).sort()),
  "AWS::SQS::Queue": keyById,
};

/** SNS and SQS take a key's ARN as well as its id. */
function keyById(properties: Fields): void {
  properties["KmsMasterKeyId"] = (properties["KmsMasterKeyId"] as string).replace(/\.Arn\}$/, "}");
}

/**
 * What a policy allows, one line for each action on each resource: how they are grouped into statements, and what these are
 * called, changes nothing.
 */
export function statements(policy: Fields): string[] {
  const lines = list(policy, "Statement").flatMap((statement) => {
    const { Sid: _, Effect, Action, Resource, Principal, Condition, ...others } = statement;
    if (Object.keys(others).length > 0)
      throw new Error(`a statement with ${Object.keys(others).join()}: teach it to the test`);
    const end = `${JSON.stringify(Principal ?? "")} ${JSON.stringify(Condition ?? "")}`;
    return many(Action).flatMap((action) => many(Resource).map((on) => `${String(Effect)} ${action} on ${on} ${end}`));
  });
  return [...new Set(lines)];
}

/** Statistic and period that a graph sets for all its metrics are written with each; what is the default is left out. */
function spellWidget(widget: Fields): void {
  const { stat = "Average", period = 300 } = widget as { stat?: string; period?: number };
  widget["metrics"] = (widget["metrics"] as Json[][]).map((row) => {
    const last = row.at(-1);
    const options = last !== null && typeof last === "object" ? (row.pop() as Fields) : {};
    if ("expression" in options) return { expression: options["expression"] } as Fields;
    return [...row, { stat, period, ...options }];
  });
  for (const name of ["stat", "period"]) delete widget[name];
  if (widget["view"] === "timeSeries") delete widget["view"];
  if (JSON.stringify(widget["yAxis"]) === "{}") delete widget["yAxis"];
}

function parse(fields: Fields, name: string): void {
  fields[name] = JSON.parse(fields[name] as string) as Json;
}

function list(fields: Fields, name: string): Fields[] {
  return (fields[name] ?? []) as Fields[];
}

function many(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.map(String) : [String(value ?? "-")];
}

function sort(items: Fields[], by: string): void {
  items.sort((a, b) => String(a[by]).localeCompare(String(b[by])));
}
