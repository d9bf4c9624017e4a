// Generates lib/props.ts: the template's parameters as a type, so that an app with a misspelled parameter doesn't compile.
import { readFileSync, writeFileSync } from "node:fs";

import { parse } from "yaml";

// Silent, because no parameter uses CloudFormation's short forms (`!Sub`).
const { Parameters } = parse(readFileSync("../../infra/template.yaml", "utf8"), { logLevel: "silent" });

function typeOf({ Type, AllowedValues, Description }) {
  if (AllowedValues !== undefined) return AllowedValues.map((value) => JSON.stringify(value)).join(" | ");
  if (Type === "Number") return "number";
  if (Type === "CommaDelimitedList") return "string | readonly string[]";
  return /\bJSON\b/.test(Description) ? "string | object" : "string";
}

function property([name, parameter]) {
  const { Default, Description } = parameter;
  const rule = Default === undefined ? "" : `\n   *\n   * @default ${JSON.stringify(Default)}`;
  return `  /**\n   * ${Description}${rule}\n   */\n  readonly ${name}${Default === undefined ? "" : "?"}: ${typeOf(parameter)};\n`;
}

const properties = Object.entries(Parameters).map(property).join("");
const head = "/** The template's parameters by name. Objects and lists of objects are serialized as JSON. */";
writeFileSync("lib/props.ts", `${head}\nexport type SpacesInvitesParameters = {\n${properties}};\n`);
