import { type Stack, Token } from "aws-cdk-lib";

import type { Parameter, Template } from "./template";

/** A parameter's value. Objects and lists of objects are serialized as JSON. */
export type ParameterValue = string | number | readonly string[] | object;

/**
 * Returns the value of every parameter of the template: the given one, or its default.
 *
 * The values become part of the template, so CloudFormation doesn't check them. Their rules are checked here, at synthesis, and
 * all faults are reported at once.
 */
export function parameterValues(stack: Stack, template: Template, given: { readonly [name: string]: ParameterValue }) {
  const unknown = Object.keys(given).filter((name) => template.Parameters[name] === undefined);
  const faults = unknown.map((name) => `${name} is not a parameter of the template`);
  const values: { [name: string]: string | number | string[] } = {};
  for (const [name, parameter] of Object.entries(template.Parameters)) {
    const value = given[name] ?? parameter.Default;
    if (value === undefined) {
      faults.push(`${name} is required`);
      continue;
    }
    values[name] = written(stack, parameter, value);
    faults.push(...faultsOf(name, parameter, values[name]));
  }
  if ((values["DomainName"] === "") !== (values["CertificateArn"] === "")) {
    faults.push("DomainName and CertificateArn need each other");
  }
  if (values["Introspection"] !== "" && values["IntrospectionSecret"] === "") {
    faults.push("Introspection needs IntrospectionSecret");
  }
  if (values["CanarySchedule"] !== "" && values["CanarySecret"] === "") {
    faults.push("CanarySchedule needs CanarySecret");
  }
  if (Number(values["MonthlyBudget"]) > 0 && values["AlarmEmail"] === "") faults.push("MonthlyBudget needs AlarmEmail");
  if (values["GradualDeployment"] === "true") faults.push("GradualDeployment is only for deployments with SAM");
  return { values, faults };
}

function written(stack: Stack, { Type }: Parameter, value: ParameterValue): string | number | string[] {
  if (Type === "CommaDelimitedList") return typeof value === "string" ? value.split(",") : asList(value);
  if (typeof value === "object") return stack.toJsonString(value);
  return value;
}

/** Returns a value as a list. An empty list becomes one empty string, as for an empty parameter of CloudFormation. */
function asList(value: ParameterValue): string[] {
  const list = [value].flat().map(String);
  return list.length === 0 ? [""] : list;
}

function faultsOf(name: string, parameter: Parameter, value: string | number | string[]): string[] {
  if (Token.isUnresolved(value)) return [];
  const { Type, AllowedValues, AllowedPattern, MaxLength, MinValue = -Infinity, MaxValue = Infinity } = parameter;
  if (Type === "Number") {
    const number = Number(value);
    const allowed = AllowedValues?.map(Number).includes(number) ?? true;
    if (!Number.isInteger(number) || number < MinValue || number > MaxValue || !allowed) {
      const rule = AllowedValues ? `, one of ${AllowedValues.join(", ")}` : range(MinValue, MaxValue);
      return [`${name} must be a whole number${rule}`];
    }
  } else if (AllowedValues !== undefined && !AllowedValues.map(String).includes(String(value))) {
    return [`${name} must be one of ${AllowedValues.join(", ")}`];
  }
  if (MaxLength !== undefined && String(value).length > MaxLength) {
    return [`${name} must have at most ${MaxLength} characters`];
  }
  if (AllowedPattern !== undefined && !new RegExp(`^(?:${AllowedPattern})$`).test(String(value))) {
    return [`${name} must match ${AllowedPattern}`];
  }
  return [];
}

function range(least: number, most: number): string {
  return `${least === -Infinity ? "" : ` from ${least}`}${most === Infinity ? "" : ` to ${most}`}`;
}
