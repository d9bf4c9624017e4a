import assert from "node:assert/strict";
import { test } from "node:test";

import type { Stack } from "aws-cdk-lib";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { AwsSolutionsChecks } from "cdk-nag";

import { makeStack } from "./cdk";
import { SCENARIOS } from "./parameters";

/** What cdk-nag finds, a line each. */
function findings(stack: Stack): string[] {
  const { violations } = new AwsSolutionsChecks(stack.node.root).validateScope(stack.node.root);
  return violations.map(({ ruleName, description }) => `${ruleName}: ${description}`);
}

for (const [name, { props }] of Object.entries(SCENARIOS)) {
  test(`cdk-nag finds nothing: ${name}`, () => assert.deepEqual(findings(makeStack(props)), []));
}

test("cdk-nag finds nothing where account and region are known", () => {
  assert.deepEqual(findings(makeStack({ env: { account: "123456789012", region: "eu-central-1" } })), []);
});

test("cdk-nag sees what somebody adds", () => {
  const stack = makeStack({});
  new Queue(stack, "Plain");
  assert.notDeepEqual(findings(stack), []);
});
