import assert from "node:assert/strict";
import { test } from "node:test";

import type { Stack } from "aws-cdk-lib";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { AwsSolutionsChecks } from "cdk-nag";

import { DEPLOYMENTS, makeStack } from "./stack";

/** Returns the findings of cdk-nag, one line each. */
function findings(stack: Stack): string[] {
  const { violations } = new AwsSolutionsChecks(stack.node.root).validateScope(stack.node.root);
  return violations.map(({ ruleName, description }) => `${ruleName}: ${description}`);
}

for (const [name, parameters] of Object.entries(DEPLOYMENTS)) {
  test(`cdk-nag finds nothing: ${name}`, () => assert.deepEqual(findings(makeStack(parameters)), []));
}

test("cdk-nag checks what an app adds", () => {
  const stack = makeStack({});
  new Queue(stack, "Plain");
  assert.notDeepEqual(findings(stack), []);
});
