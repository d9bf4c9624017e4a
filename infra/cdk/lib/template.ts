import { readFileSync } from "node:fs";

import { isMap, isScalar, isSeq, type Node, parseDocument } from "yaml";

/** A value of a template in JSON syntax: `{"Ref": …}`, `{"Fn::Sub": …}`. */
export type Json = string | number | boolean | null | Json[] | Fields;
export type Fields = { [key: string]: Json };

export interface Resource {
  Type: string;
  Condition?: string;
  DependsOn?: string | string[];
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
  Metadata?: Fields;
  Properties: Fields;
}

export interface Parameter {
  Type: "String" | "Number" | "CommaDelimitedList";
  Default?: string | number;
  AllowedValues?: Array<string | number>;
  AllowedPattern?: string;
  MinValue?: number;
  MaxValue?: number;
  MaxLength?: number;
}

export interface Template {
  Parameters: { [name: string]: Parameter };
  Globals: { Function: Fields };
  Resources: { [id: string]: Resource };
  [section: string]: unknown;
}

/** A function of the template: its package, its build folder, and the id of its resource. */
export interface FunctionInTemplate {
  readonly name: string;
  readonly folder: string;
  readonly id: string;
}

/** The condition and properties from which SAM creates a gradual deployment. In the CDK they would be a cycle between functions and alarms. */
export const IS_GRADUAL = "IsGradual";
export const GRADUAL = ["AutoPublishAlias", "VersionDescription", "DeploymentPreference"];

/** Reads a template and expands the short forms of CloudFormation's functions (`!Sub`). */
export function readTemplate(path: string): Template {
  const document = parseDocument(readFileSync(path, "utf8"));
  if (document.errors.length > 0) throw document.errors[0];
  return plain(document.contents) as unknown as Template;
}

/** Returns the functions of a template in order. */
export function functionsOf(template: Template): FunctionInTemplate[] {
  return Object.entries(template.Resources).flatMap(([id, { Type, Metadata, Properties }]) => {
    if (Type !== "AWS::Serverless::Function") return [];
    const build = Metadata?.["BuildProperties"] as { Binary?: string } | undefined;
    if (build?.Binary === undefined) throw new Error(`${id} has no BuildProperties.Binary`);
    const folder = Properties["CodeUri"] ?? template.Globals.Function["CodeUri"];
    return [{ name: build.Binary, folder: String(folder), id }];
  });
}

/**
 * Returns the template in the form that can be included.
 *
 * `CfnInclude` copies `Globals` unchanged, so their references to replaced parameters would dangle. They are merged into the
 * functions here, as SAM does it. The rules and the console's form for parameters are removed, because parameters are replaced
 * by values. Build metadata is removed, because the code comes from assets.
 */
export function includable(template: Template): Template {
  const { Globals, Rules: _rules, Metadata: _form, ...rest } = structuredClone(template);
  const { Environment: shared, CodeUri: _code, ...defaults } = Globals.Function;
  for (const { id } of functionsOf(template)) {
    const resource = rest.Resources[id] as Resource;
    const { CodeUri: _own, Environment, ...all } = resource.Properties;
    const own = Object.fromEntries(Object.entries(all).filter(([name]) => !GRADUAL.includes(name)));
    delete resource.Metadata;
    const Variables = { ...variables(shared), ...variables(Environment) };
    resource.Properties = { ...defaults, ...own, Environment: { Variables } };
  }
  delete (rest["Conditions"] as Fields)[IS_GRADUAL];
  rest.Resources = Object.fromEntries(Object.entries(rest.Resources).filter(([, resource]) => !isGradual(resource)));
  return atOnce(rest as Fields) as unknown as Template;
}

/** Returns whether a resource is only for gradual deployments, or is a permission for an alias. */
export function isGradual({ Condition, Properties }: Resource): boolean {
  const reference = (Properties?.["FunctionName"] as Fields | undefined)?.["Ref"];
  return Condition === IS_GRADUAL || String(reference).endsWith(".Alias");
}

/** Resolves conditions on a gradual deployment to false, because SAM creates its aliases only when it transforms the template. */
function atOnce(value: Json): Json {
  if (Array.isArray(value)) return value.map(atOnce);
  if (typeof value !== "object" || value === null) return value;
  const branches = value["Fn::If"];
  if (Array.isArray(branches) && branches[0] === IS_GRADUAL) return branches[2] ?? null;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, atOnce(inner)]));
}

function variables(environment: Json | undefined): Fields {
  return ((environment as Fields | undefined)?.["Variables"] ?? {}) as Fields;
}

function plain(node: unknown): Json {
  const value = untagged(node);
  const tag = (node as Node & { tag?: string }).tag;
  if (tag === undefined || !tag.startsWith("!")) return value;
  const name = tag.slice(1);
  if (name === "GetAtt" && typeof value === "string") {
    const dot = value.indexOf(".");
    return { "Fn::GetAtt": [value.slice(0, dot), value.slice(dot + 1)] };
  }
  return { [name === "Ref" || name === "Condition" ? name : `Fn::${name}`]: value };
}

function untagged(node: unknown): Json {
  if (isScalar(node)) return node.value as Json;
  if (isSeq(node)) return node.items.map(plain);
  if (isMap(node)) return Object.fromEntries(node.items.map(({ key, value }) => [String(plain(key)), plain(value)]));
  throw new Error(`unexpected YAML in a template: ${String(node)}`);
}
