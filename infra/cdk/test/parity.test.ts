import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { cdkDeployment } from "./cdk";
import { differences } from "./difference";
import { OTHERS, type Scenario, SCENARIOS } from "./parameters";
import { samDeployment } from "./sam";

/** Fails with every place where the two differ. */
function assertSame({ parameters, props }: Scenario, context = {}): void {
  const found = differences(samDeployment(parameters), cdkDeployment(props, context));
  assert.equal(found.length, 0, `the construct differs from infra/template.yaml:\n${found.join("\n")}`);
}

for (const [name, scenario] of Object.entries(SCENARIOS)) {
  test(`the construct makes what the template makes: ${name}`, () => assertSame(scenario));
}

test("an address as identity is what the template makes of it", () => {
  const mailIdentity = "invitations@example.com";
  assertSame({
    parameters: { MailFrom: "invitations@example.com", MailIdentity: mailIdentity },
    props: { invites: { mailIdentity } },
  });
});

test("the flags of a new CDK app change nothing", () => {
  const flags = readFileSync(require.resolve("aws-cdk-lib/recommended-feature-flags.json"), "utf8");
  for (const scenario of Object.values(SCENARIOS)) assertSame(scenario, JSON.parse(flags) as object);
});

// Without this, a parameter that the template no longer uses would be compared with nothing.
for (const [name, { parameter }] of OTHERS) {
  test(`the parameter ${name} makes a difference`, () => {
    const before = { MailFrom: "invitations@example.com", DomainName: "example.com" };
    const after = { ...before, [name]: parameter };
    assert.notEqual(differences(samDeployment(before), samDeployment(after)).length, 0);
  });
}
