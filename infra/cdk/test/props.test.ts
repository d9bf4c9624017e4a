import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { type Props, makeStack } from "./cdk";
import { propOf } from "./parameters";
import { CHECKOUT, template } from "./sam";

function made(invites: Props["invites"] & object): () => void {
  return () => void makeStack({ invites });
}

for (const [name, { Type, AllowedValues, MinValue, MaxValue }] of Object.entries(template.Parameters)) {
  if (Type !== "Number" || AllowedValues !== undefined) continue;
  const prop = propOf(name);
  const refused = new RegExp(`${prop} must be a whole number`);

  test(`${prop} has the template's limits`, () => {
    assert.ok(MinValue !== undefined, `${name} has no MinValue`);
    assert.doesNotThrow(made({ [prop]: MinValue }));
    assert.throws(made({ [prop]: MinValue - 1 }), refused);
    assert.throws(made({ [prop]: MinValue + 0.5 }), refused);
    if (MaxValue === undefined) return;
    assert.doesNotThrow(made({ [prop]: MaxValue }));
    assert.throws(made({ [prop]: MaxValue + 1 }), refused);
  });
}

test("all that is wrong is told at once", () => {
  const wrong = { mailFrom: "example.com", guestTokenHours: 0, signingSecretVersion: "a b" };
  assert.throws(made(wrong), /guestTokenHours.*; mailFrom.*; signingSecretVersion/);
});

test("a sender without an address in it is refused as the template refuses it", () => {
  const pattern = new RegExp(`^(?:${template.Parameters["MailFrom"]?.AllowedPattern})$`);
  for (const mailFrom of [
    "example.com",
    "a@b@c",
    "a b@example.com",
    "@example.com",
    "a@example.com",
    "ä@example.com",
  ]) {
    if (pattern.test(mailFrom)) assert.doesNotThrow(made({ mailFrom }), mailFrom);
    else assert.throws(made({ mailFrom }), /mailFrom must match/, mailFrom);
  }
});

test("an issuer has the fields of the documentation, and no others", () => {
  const markdown = readFileSync(join(CHECKOUT, "docs/configuration.md"), "utf8");
  const section = markdown.slice(markdown.indexOf("## `ISSUERS`"), markdown.indexOf("## `INTROSPECTION`"));
  const documented = [...section.matchAll(/^\| `(\w+)` \|/gm)].map(([, field]) => field);
  const declared = readFileSync(join(__dirname, "../lib/issuer.d.ts"), "utf8").matchAll(/^ {4}readonly (\w+)\??:/gm);
  assert.deepEqual(
    [...declared].map(([, field]) => field),
    documented,
  );
});

test("the README has a row for every prop", () => {
  const rows = readFileSync(join(CHECKOUT, "infra/cdk/README.md"), "utf8").matchAll(/^\| (`\w+`(?:, `\w+`)*) \|/gm);
  const documented = [...rows].flatMap(([, names]) => String(names).replaceAll("`", "").split(", "));
  const source = readFileSync(join(__dirname, "../lib/props.d.ts"), "utf8");
  const [props = ""] = source.slice(source.indexOf("interface SpacesInvitesProps")).split("\n}");
  const declared = [...props.matchAll(/^ {4}readonly (\w+)\??:/gm)].map(([, name]) => name);
  assert.deepEqual(documented.sort(), declared.sort());
});
