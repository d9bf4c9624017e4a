import { join } from "node:path";

import { canonical, type Canonical, type Deployment } from "./canonical";
import { Resolver } from "./resolve";
import { type Fields, type Json, type Parameter, readTemplate, type Resource, type Template } from "./template";

/** Compiled, this file is dist/test/sam.js in infra/cdk, or in its copy target/cdk. */
export const CHECKOUT = join(__dirname, "../../../..");

export const template = readTemplate(join(CHECKOUT, "infra/template.yaml"));

/** What `sam deploy` would make of infra/template.yaml, given these parameters. */
export function samDeployment(overrides: { [name: string]: string }, of: Template = template): Deployment {
  for (const name of Object.keys(overrides)) {
    if (of.Parameters[name] === undefined) throw new Error(`the template has no parameter ${name}`);
  }
  const parameters = Object.entries(of.Parameters).map(([name, parameter]) => {
    return [name, parameterValue(name, parameter, overrides[name])] as const;
  });
  const resolver = new Resolver(Object.fromEntries(parameters), of.Conditions, (id) => id);

  const there = Object.entries(of.Resources).filter(([, { Condition }]) => resolver.holds(Condition));
  const outputs = Object.entries(of.Outputs).filter(([, { Condition }]) => resolver.holds(Condition));
  return {
    resources: Object.fromEntries(
      there.map(([id, resource]) => [id, deployed(resource, of.Globals.Function, resolver)]),
    ),
    outputs: Object.fromEntries(outputs.map(([name, { Value }]) => [name, resolver.resolve(Value)])),
  };
}

function parameterValue(name: string, { Type, Default }: Parameter, override: string | undefined): Json {
  const value = override ?? Default;
  if (value === undefined) throw new Error(`the parameter ${name} needs a value`);
  return Type === "CommaDelimitedList" ? String(value).split(",") : value;
}

function deployed(resource: Resource, globals: Fields, resolver: Resolver): Canonical {
  const isFunction = resource.Type === "AWS::Serverless::Function";
  const Type = isFunction ? "AWS::Lambda::Function" : resource.Type;
  if (Type.startsWith("AWS::Serverless::")) throw new Error(`${Type}: teach it to the test`);
  const properties = isFunction ? transformed(resource, globals) : (resource.Properties ?? {});
  return canonical(resource, Type, resolver.resolve(properties) as Fields, [resource.DependsOn ?? []].flat());
}

/** SAM's transformation of a function that has its role and its events' resources outside. */
function transformed(resource: Resource, globals: Fields): Fields {
  const { CodeUri, Tracing, Environment, ...same } = { ...globals, ...resource.Properties } as Fields;
  const { Binary } = (resource.Metadata ?? {})["BuildProperties"] as { Binary: string };
  if (![`..`, `../functions/${Binary}`].includes(String(CodeUri))) throw new Error(`${Binary} is built of ${CodeUri}`);
  const unknown = Object.keys(same).filter((name) => !UNCHANGED.includes(name));
  if (unknown.length > 0) throw new Error(`AWS::Serverless::Function with ${unknown.join()}: teach it to the test`);
  const shared = (globals["Environment"] as Fields)["Variables"] as Fields;
  const own = (Environment as Fields)["Variables"] as Fields;
  return {
    ...same,
    TracingConfig: { Mode: Tracing as Json },
    Environment: { Variables: { ...shared, ...own } },
    Binary,
  };
}

const UNCHANGED = [
  ...["Runtime", "Handler", "Architectures", "KmsKeyArn", "Description", "Role", "MemorySize", "Timeout"],
  ...["ReservedConcurrentExecutions", "LoggingConfig"],
];
