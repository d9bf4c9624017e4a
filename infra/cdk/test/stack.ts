import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";

import { App } from "aws-cdk-lib";

import { SpacesInvitesStack } from "../example/stack";
import type { SpacesInvitesParameters, SpacesInvitesProps } from "../lib";
import type { ParameterValue } from "../lib/parameters";
import { type Fields, functionsOf, readTemplate, type Resource } from "../lib/template";

/** Compiled, this file is dist/test/stack.js in infra/cdk, or in its copy target/cdk. */
export const CHECKOUT = join(__dirname, "../../../..");

export const TEMPLATE = readTemplate(join(CHECKOUT, "infra/template.yaml"));

export const FUNCTIONS = functionsOf(TEMPLATE);

/** A temporary folder for a test file, removed at the end. */
export const WORK = mkdtempSync(join(tmpdir(), "spaces-invites-cdk-"));
after(() => rmSync(WORK, { recursive: true }));

/** A stand-in for the functions' release builds. Each contains its function's name, so that a mix-up is detected. */
export const CODE = join(WORK, "code");
for (const { name } of FUNCTIONS) {
  mkdirSync(join(CODE, name), { recursive: true });
  writeFileSync(join(CODE, name, "bootstrap"), name);
}

export type Parameters = { readonly [name: string]: ParameterValue };

export const DOMAIN: Parameters = {
  DomainName: "invitations.example.com",
  CertificateArn: "arn:aws:acm:eu-central-1:123456789012:certificate/12345678-1234-1234-1234-123456789012",
};

/** Parameters by purpose. Together they cover both branches of every condition. */
export const DEPLOYMENTS: { readonly [name: string]: Parameters } = {
  development: {},
  production: {
    Stage: "prod",
    AlarmEmail: "operators@example.com",
    Issuers: [{ iss: "https://accounts.example.com", jwks_url: "https://accounts.example.com/jwks.json" }],
    Introspection: { url: "https://accounts.example.com/introspect", client_id: "spaces" },
    IntrospectionSecret: "accounts/introspection",
    CompanyDomains: ["example.com"],
    CanarySchedule: "rate(15 minutes)",
    CanarySecret: "spaces/canary",
    CorsAllowedOrigins: ["https://app.example.com", "https://example.com"],
    ApiConcurrency: 20,
    WithFiles: "true",
    MonthlyBudget: 100,
    MailReserve: 20,
    EdgeSecret: "spaces/edge-1",
    MailConcurrencyBulk: 12,
    MailIdentity: "example.com",
    CreateMailIdentity: "false",
  },
  "a domain": DOMAIN,
};

/** Returns the construct in the example's stack, with the code above unless a test sets another. */
export function makeStack(parameters: Parameters, code: Omit<SpacesInvitesProps, "parameters"> = { code: CODE }) {
  const app = new App({
    outdir: mkdtempSync(join(WORK, "out-")),
    analyticsReporting: false,
    // Disabled, because starting it takes ten seconds of CPU. `cdk synth` of the example runs it.
    builtinCloudFormationValidation: false,
  });
  // Tests also use names and values that the type rejects.
  const given = { MailFrom: "invitations@example.com", ...parameters } as SpacesInvitesParameters;
  const invites = { ...code, parameters: given };
  return new SpacesInvitesStack(app, "Stack", { invites });
}

export interface Synthesized {
  readonly Resources: { readonly [id: string]: Resource };
  readonly Outputs: Fields;
  readonly [section: string]: unknown;
}

/** Returns the template that CloudFormation gets, and the folder of its assets. */
export function synthesize(stack: SpacesInvitesStack): { template: Synthesized; directory: string } {
  const assembly = (stack.node.root as App).synth();
  return { template: assembly.getStackArtifact(stack.artifactId).template as Synthesized, directory: assembly.directory };
}
