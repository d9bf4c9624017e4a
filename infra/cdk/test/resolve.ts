import type { Fields, Json } from "./template";

/** What a stack is told from outside. Both templates are resolved with the same. */
export const PSEUDO_PARAMETERS: { [name: string]: string } = {
  "AWS::AccountId": "123456789012",
  "AWS::Partition": "aws",
  "AWS::Region": "eu-central-1",
  "AWS::StackName": "invitations-under-test",
  "AWS::URLSuffix": "amazonaws.com",
};

const NO_VALUE = Symbol("AWS::NoValue");
type Value = Json | typeof NO_VALUE;

/**
 * Resolves CloudFormation's functions as a deployment would. What only a deployment knows, ids and attributes of resources,
 * becomes a text like `${Table.Arn}`, with the resource's name as `rename` has it.
 */
export class Resolver {
  constructor(
    private readonly parameters: { [name: string]: Json },
    private readonly conditions: Fields,
    private readonly rename: (logicalId: string) => string,
  ) {}

  resolve(value: Json): Json {
    const resolved = this.value(value);
    if (resolved === NO_VALUE) throw new Error("AWS::NoValue where a value is needed");
    return resolved;
  }

  holds(condition: string | undefined): boolean {
    if (condition === undefined) return true;
    const definition = this.conditions[condition];
    if (definition === undefined) throw new Error(`there is no condition ${condition}`);
    return this.resolve(definition) === true;
  }

  private value(value: Json): Value {
    if (Array.isArray(value)) return value.map((item) => this.value(item)).filter((item) => item !== NO_VALUE);
    if (value === null || typeof value !== "object") return value;
    const [key, ...others] = Object.keys(value);
    if (key !== undefined && others.length === 0 && (key === "Ref" || key.startsWith("Fn::"))) {
      return this.call(key, value[key] as Json);
    }
    const fields = Object.entries(value).map(([name, field]) => [name, this.value(field)] as const);
    return Object.fromEntries(fields.filter(([, field]) => field !== NO_VALUE)) as Fields;
  }

  private call(name: string, argument: Json): Value {
    if (name === "Ref") return this.ref(argument as string);
    if (name === "Fn::GetAtt") return this.attribute(argument as string | [string, string]);
    if (name === "Fn::Sub") return this.substitute(argument as string | [string, Fields]);
    const list = argument as Json[];
    switch (name) {
      case "Fn::If":
        return this.value(list[this.holds(list[0] as string) ? 1 : 2] as Json);
      case "Fn::Equals":
        return String(this.resolve(list[0] as Json)) === String(this.resolve(list[1] as Json));
      case "Fn::Not":
        return this.resolve(list[0] as Json) !== true;
      case "Fn::Join":
        return (this.resolve(list[1] as Json) as Json[]).join(list[0] as string);
      case "Fn::Split":
        return String(this.resolve(list[1] as Json)).split(list[0] as string);
      case "Fn::Select":
        return (this.resolve(list[1] as Json) as Json[])[Number(list[0])] as Json;
      default:
        throw new Error(`${name} is not known here: teach it to the test`);
    }
  }

  private ref(name: string): Value {
    if (name === "AWS::NoValue") return NO_VALUE;
    return PSEUDO_PARAMETERS[name] ?? this.parameters[name] ?? `\${${this.rename(name)}}`;
  }

  private attribute(of: string | [string, string]): string {
    const [id, ...attribute] = typeof of === "string" ? of.split(".") : of;
    return `\${${this.rename(id as string)}.${attribute.join(".")}}`;
  }

  private substitute(argument: string | [string, Fields]): string {
    const [text, variables] = typeof argument === "string" ? [argument, {} as Fields] : argument;
    return text.replace(/\$\{([^}!]+)\}/g, (_, name: string) => {
      const own = variables[name];
      if (own !== undefined) return String(this.resolve(own));
      return name.includes(".") ? this.attribute(name) : String(this.ref(name));
    });
  }
}
