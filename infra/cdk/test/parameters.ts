import { SecretValue } from "aws-cdk-lib";
import { ApplicationLogLevel, Architecture } from "aws-cdk-lib/aws-lambda";
import { RetentionDays } from "aws-cdk-lib/aws-logs";

import type { Issuer } from "../lib";
import type { Props } from "./cdk";
import { template } from "./sam";
import type { Parameter } from "./template";

/** A parameter's value, and the props that say the same. */
export interface Same {
  readonly parameter: string;
  readonly props: Props;
}

const ISSUERS: Issuer[] = [{ iss: "https://accounts.example.com", jwks_url: "https://accounts.example.com/jwks.json" }];
const CERTIFICATE = "arn:aws:acm:eu-central-1:123456789012:certificate/12345678-1234-1234-1234-123456789012";
const DOMAIN = { domainName: "invitations.example.com", certificateArn: CERTIFICATE };
const INTROSPECTION = '{"url":"https://accounts.example.com/introspect"}';

/** Parameters whose prop is not the text or number itself. */
const TYPED: { [name: string]: Same } = {
  Stage: { parameter: "prod", props: { invites: { stage: "prod" } } },
  MailFrom: { parameter: "hello@example.org", props: { invites: { mailFrom: "hello@example.org" } } },
  Issuers: { parameter: JSON.stringify(ISSUERS), props: { invites: { issuers: ISSUERS } } },
  Introspection: {
    parameter: INTROSPECTION,
    props: { invites: { introspection: SecretValue.unsafePlainText(INTROSPECTION) } },
  },
  CorsAllowedOrigins: {
    parameter: "https://app.example.com,https://example.com",
    props: { invites: { corsAllowedOrigins: ["https://app.example.com", "https://example.com"] } },
  },
  DomainName: { parameter: DOMAIN.domainName, props: { domain: DOMAIN } },
  CertificateArn: { parameter: DOMAIN.certificateArn, props: { domain: DOMAIN } },
  CreateMailIdentity: { parameter: "false", props: { invites: { createMailIdentity: false } } },
  BatchesPerShard: { parameter: "7", props: { invites: { batchesPerShard: 7 } } },
  Architecture: { parameter: "x86_64", props: { invites: { architecture: Architecture.X86_64 } } },
  LogRetentionDays: { parameter: "365", props: { invites: { logRetentionDays: RetentionDays.ONE_YEAR } } },
  LogLevel: { parameter: "DEBUG", props: { invites: { logLevel: ApplicationLogLevel.DEBUG } } },
};

/** `MailFrom` is `mailFrom`. */
export function propOf(parameter: string): string {
  return parameter.charAt(0).toLowerCase() + parameter.slice(1);
}

/** A value of a parameter that is not its default, nor any other's, and the same as props. */
function another(name: string, { Type, Default }: Parameter, position: number): Same {
  const typed = TYPED[name];
  if (typed !== undefined) return typed;
  const prop = propOf(name);
  if (Type === "Number") {
    const value = Number(Default) + 1000 + position;
    return { parameter: String(value), props: { invites: { [prop]: value } } };
  }
  const value = `another-${prop}`.toLowerCase();
  return { parameter: value, props: { invites: { [prop]: value } } };
}

/** Every parameter with a value that is not its default. */
export const OTHERS: ReadonlyMap<string, Same> = new Map(
  Object.entries(template.Parameters).map(([name, parameter], i) => [name, another(name, parameter, i)]),
);

/** One deployment, as parameters and as props. */
export interface Scenario {
  readonly parameters: { [name: string]: string };
  readonly props: Props;
}

/** Other values for these parameters, the template's defaults for the rest. */
function otherwise(...names: string[]): Scenario {
  const parameters: { [name: string]: string } = { MailFrom: "invitations@example.com" };
  let props: Props = {};
  for (const name of names) {
    const same = OTHERS.get(name);
    if (same === undefined) throw new Error(`the template has no parameter ${name}`);
    parameters[name] = same.parameter;
    props = { ...props, ...same.props, invites: { ...props.invites, ...same.props.invites } };
  }
  return { parameters, props };
}

const FOR_PRODUCTION = ["Stage", "AlarmEmail", "DomainName", "CertificateArn", "CorsAllowedOrigins"];

/** What is compared. Every branch of the template's conditions is in one of them. */
export const SCENARIOS: { readonly [name: string]: Scenario } = {
  "nothing but a sender": otherwise(),
  "what production needs": otherwise(...FOR_PRODUCTION, "ApiConcurrency", "DeliverConcurrency"),
  "production with an identity of its own": otherwise(...FOR_PRODUCTION, "MailIdentity"),
  "an identity that is there already": otherwise("MailIdentity", "CreateMailIdentity"),
  "an identity in development": otherwise("MailIdentity"),
  "every parameter changed": otherwise(...OTHERS.keys()),
};
