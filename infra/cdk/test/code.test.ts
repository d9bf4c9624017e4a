import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { after, test } from "node:test";

import { FUNCTIONS } from "../lib";
import { makeStack } from "./cdk";
import { CHECKOUT } from "./sam";

const WORK = mkdtempSync(join(tmpdir(), "spaces-invites-code-"));
after(() => rmSync(WORK, { recursive: true }));

/** Puts a `cargo` on the PATH that notes how it is called and leaves a `bootstrap` where cargo-lambda would. */
function standInForCargo(): { calls: () => string[] } {
  const log = join(WORK, "calls");
  const script = `#!/bin/sh
[ "$3" = --lambda-dir ] || exit 0
echo "$@" | sed "s|$4|DIR|" >> '${log}'
echo "$@" > "$4/bootstrap"
`;
  const bin = join(WORK, "bin");
  mkdirSync(bin);
  writeFileSync(join(bin, "cargo"), script);
  chmodSync(join(bin, "cargo"), 0o755);
  process.env["PATH"] = `${bin}${delimiter}${process.env["PATH"] ?? ""}`;
  return { calls: () => readFileSync(log, "utf8").trimEnd().split("\n") };
}

test("each function is built by cargo-lambda, alone and for the architecture", () => {
  const cargo = standInForCargo();
  makeStack({ invites: { source: CHECKOUT } });
  const expected = Object.keys(FUNCTIONS).map((name) => {
    return `lambda build --lambda-dir DIR --release --arm64 --bin ${name} --flatten ${name} --package ${name}`;
  });
  assert.deepEqual(cargo.calls().sort(), expected.sort());
});

test("a source that is no checkout is refused", () => {
  assert.throws(() => makeStack({ invites: { source: WORK } }), /no Cargo.toml/);
});

test("code without all functions is refused", () => {
  const code = mkdtempSync(join(WORK, "half-"));
  mkdirSync(join(code, "create-space-invite"));
  writeFileSync(join(code, "create-space-invite/bootstrap"), "");
  assert.throws(() => makeStack({ invites: { code } }), /no join-invite\/bootstrap/);
});
