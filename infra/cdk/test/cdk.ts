import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";

import { App, type Stack } from "aws-cdk-lib";

import { SpacesInvitesStack, type SpacesInvitesStackProps } from "../example/stack";
import { FUNCTIONS } from "../lib";
import { canonical, type Canonical, type Deployment, statements } from "./canonical";
import { PSEUDO_PARAMETERS, Resolver } from "./resolve";
import type { Fields, Json, Resource, Template } from "./template";

const WORK = mkdtempSync(join(tmpdir(), "spaces-invites-cdk-"));
after(() => rmSync(WORK, { recursive: true }));

/** Stands for what cargo-lambda builds. Each has its name in it, so that a mix-up shows. */
export const CODE = join(WORK, "code");
for (const name of Object.keys(FUNCTIONS)) {
  mkdirSync(join(CODE, name), { recursive: true });
  writeFileSync(join(CODE, name, "bootstrap"), name);
}

/** What a test wants to be otherwise. */
export type Props = Partial<Omit<SpacesInvitesStackProps, "invites">> & {
  readonly invites?: Partial<SpacesInvitesStackProps["invites"]>;
};

/** The construct in the example's stack. */
export function makeStack(props: Props, context: { [flag: string]: unknown } = {}): Stack {
  const app = new App({
    outdir: mkdtempSync(join(WORK, "out-")),
    analyticsReporting: false,
    // It takes ten seconds of CPU to start. `cdk synth` of the example does it.
    builtinCloudFormationValidation: false,
    context: { ...context, "aws:cdk:enable-path-metadata": true },
  });
  const stackName = PSEUDO_PARAMETERS["AWS::StackName"] as string;
  const code = props.invites?.source === undefined ? { code: CODE } : {};
  const invites = { mailFrom: "invitations@example.com", ...code, ...props.invites };
  return new SpacesInvitesStack(app, "Stack", { stackName, ...props, invites });
}

/** What `cdk deploy` would make of it. */
export function cdkDeployment(props: Props, context: { [flag: string]: unknown } = {}): Deployment {
  const stack = makeStack(props, context);
  const assembly = (stack.node.root as App).synth();
  const { Resources, Outputs, Conditions } = assembly.getStackArtifact(stack.artifactId).template as Template;
  const names = new Map(Object.entries(Resources).map(([id, resource]) => [id, idOf(resource)]));
  const resolver = new Resolver({}, Conditions ?? {}, (id) => names.get(id) ?? `unknown:${id}`);

  const resources: { [id: string]: Canonical } = {};
  const policies: Fields[] = [];
  for (const resource of Object.values(Resources)) {
    const properties = resolver.resolve(resource.Properties ?? {}) as Fields;
    if (resource.Type === "AWS::IAM::Policy") policies.push(properties);
    else resources[idOf(resource)] = deployed(resource, properties, names, assembly.directory);
  }
  for (const { Roles, PolicyDocument } of policies) {
    for (const role of Roles as string[]) attach(resources, role, PolicyDocument as Fields);
  }
  const outputs = Object.entries(Outputs).map(([name, { Value }]) => [name, resolver.resolve(Value)] as const);
  return { resources, outputs: Object.fromEntries(outputs) };
}

/** The construct's path says which resource of infra/template.yaml it is: `Stack/Invites/Table/Resource` is `Table`. */
function idOf(resource: Resource): string {
  const path = String(resource.Metadata?.["aws:cdk:path"]).split("/").slice(2);
  return (path.at(-1) === "Resource" ? path.slice(0, -1) : path).join("");
}

function deployed(resource: Resource, properties: Fields, names: Map<string, string>, directory: string): Canonical {
  const { Type, DependsOn = [] } = resource;
  if (Type === "AWS::Lambda::Function") properties["Binary"] = binary(properties["Code"] as Fields, directory);
  // A function waits for its role's policy, which infra/template.yaml has in the role.
  const others = [DependsOn]
    .flat()
    .map((id) => names.get(id) ?? id)
    .filter((name) => !name.endsWith("DefaultPolicy"));
  return canonical(resource, Type, properties, others);
}

/** Which of the functions is in a function's asset. */
function binary(code: Fields, directory: string): string {
  const hash = String(code["S3Key"]).replace(/\.zip$/, "");
  return readFileSync(join(directory, `asset.${hash}`, "bootstrap"), "utf8");
}

function attach(resources: { [id: string]: Canonical }, role: string, policy: Fields): void {
  const properties = resources[role.slice(2, -1)]?.Properties;
  if (properties === undefined) throw new Error(`a policy of ${role}, which is no role of the construct`);
  const before = properties["Statements"] as string[];
  properties["Statements"] = [...new Set([...before, ...statements(policy)])].sort() as Json[];
}
