import { readFileSync } from "node:fs";

import { isMap, isScalar, isSeq, type Node, parseDocument } from "yaml";

/** A value of a template, as JSON spells it: `{"Ref": …}`, `{"Fn::Sub": …}`. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type Fields = { [key: string]: Json };

export interface Resource {
  Type: string;
  Condition?: string;
  DependsOn?: string | string[];
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
  Metadata?: Fields;
  Properties?: Fields;
}

export interface Parameter {
  Type: "String" | "Number" | "CommaDelimitedList";
  Default?: string | number;
  AllowedValues?: Array<string | number>;
  AllowedPattern?: string;
  MinValue?: number;
  MaxValue?: number;
}

export interface Template {
  Parameters: { [name: string]: Parameter };
  Conditions: Fields;
  Globals: { Function: Fields };
  Resources: { [id: string]: Resource };
  Outputs: { [name: string]: { Condition?: string; Description?: string; Value: Json } };
}

/** Reads a template, with the short spelling of CloudFormation's functions (`!Sub`) as the long one. */
export function readTemplate(path: string): Template {
  const document = parseDocument(readFileSync(path, "utf8"));
  if (document.errors.length > 0) throw document.errors[0];
  return plain(document.contents) as unknown as Template;
}

function plain(node: unknown): Json {
  const value = untagged(node);
  const tag = (node as Node & { tag?: string }).tag;
  if (tag === undefined || !tag.startsWith("!")) return value;
  return { [tag === "!Ref" ? "Ref" : `Fn::${tag.slice(1)}`]: value };
}

function untagged(node: unknown): Json {
  if (isScalar(node)) return node.value as Json;
  if (isSeq(node)) return node.items.map(plain);
  if (isMap(node)) return Object.fromEntries(node.items.map(({ key, value }) => [String(plain(key)), plain(value)]));
  throw new Error(`not YAML that a template has: ${String(node)}`);
}
