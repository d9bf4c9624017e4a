import assert from "node:assert/strict";
import { test } from "node:test";

import { Aws } from "aws-cdk-lib";

import type { SpacesInvitesParameters } from "../lib";
import { DOMAIN, makeStack, type Parameters } from "./stack";

function made(parameters: Parameters): () => void {
  return () => void makeStack(parameters);
}

test("values are checked against the rules of the template's parameters, and all faults are reported at once", () => {
  const wrong = { MailFrom: "example.com", GuestTokenHours: 0, BatchesPerShard: 1.5, Stage: "test", Mailfrom: "" };
  const faults = [
    "Mailfrom is not a parameter",
    "Stage must be one of dev, prod",
    "MailFrom must match",
    "GuestTokenHours must be",
    "BatchesPerShard must be a whole number from 1 to 10",
  ];
  for (const fault of faults) assert.throws(made(wrong), new RegExp(fault));
  assert.throws(made({ ProductName: "x".repeat(65) }), /ProductName must have at most 64 characters/);
  assert.throws(made({ LogRetentionDays: 2 }), /LogRetentionDays must be a whole number, one of 1, 3/);
  assert.throws(made({ GuestTokenHours: 169 }), /GuestTokenHours must be a whole number from 1 to 168/);
});

test("the type of the parameters rejects what the template does not have", () => {
  const MailFrom = "invitations@example.com";
  const right: SpacesInvitesParameters = { MailFrom, Stage: "prod", LogRetentionDays: 30, Issuers: [{ iss: "https://a.example" }] };
  // @ts-expect-error: the template has no such parameter.
  const misspelt: SpacesInvitesParameters = { MailFrom, Mailfrom: "" };
  // @ts-expect-error: no such stage.
  const stage: SpacesInvitesParameters = { MailFrom, Stage: "test" };
  // @ts-expect-error: a number is not a string.
  const days: SpacesInvitesParameters = { MailFrom, LogRetentionDays: "30" };
  // @ts-expect-error: it has no default.
  const none: SpacesInvitesParameters = {};
  for (const parameters of [misspelt, stage]) assert.throws(made(parameters));
  for (const parameters of [right, days, none]) assert.doesNotThrow(made(parameters));
});

test("limits are allowed, and so is a value that is known only at deployment", () => {
  assert.doesNotThrow(made({ GuestTokenHours: 168, InviteGraceHours: 0, LogRetentionDays: 3653 }));
  assert.doesNotThrow(made({ ...DOMAIN, CertificateArn: Aws.STACK_ID }));
});

test("introspection needs its secret", () => {
  const Introspection = { url: "https://accounts.example.com/introspect", client_id: "spaces" };
  assert.throws(made({ Introspection }), /Introspection needs IntrospectionSecret/);
  assert.throws(made({ Introspection, IntrospectionSecret: "a b" }), /IntrospectionSecret must match/);
});

test("a canary needs its secret", () => {
  assert.throws(made({ CanarySchedule: "rate(15 minutes)" }), /CanarySchedule needs CanarySecret/);
  assert.throws(made({ CanarySchedule: "rate(1 minute)", CanarySecret: "spaces/canary" }), /CanarySchedule must be one of/);
});

test("a budget needs an address to notify", () => {
  assert.throws(made({ MonthlyBudget: 100 }), /MonthlyBudget needs AlarmEmail/);
});

test("a gradual deployment is rejected", () => {
  assert.throws(made({ GradualDeployment: "true", Revision: "1" }), /GradualDeployment is only for deployments with SAM/);
});

test("a domain needs its certificate", () => {
  assert.throws(made({ ...DOMAIN, CertificateArn: "" }), /DomainName and CertificateArn need each other/);
});
