import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { test } from "node:test";

import { CHECKOUT, FUNCTIONS, makeStack, WORK } from "./stack";

/** Puts a `cargo` on the PATH that records its calls and creates a `bootstrap` where cargo-lambda would. */
function standInForCargo(): () => string[] {
  const log = join(WORK, "calls");
  const script = `#!/bin/sh
for last; do :; done
echo "$PWD: $@" | sed "s|$last|DIR|" >> '${log}'
mkdir -p "$last/$6" && echo "$6" > "$last/$6/bootstrap"
`;
  const bin = join(WORK, "bin");
  mkdirSync(bin);
  writeFileSync(join(bin, "cargo"), script);
  chmodSync(join(bin, "cargo"), 0o755);
  process.env["PATH"] = `${bin}${delimiter}${process.env["PATH"] ?? ""}`;
  return () => readFileSync(log, "utf8").trimEnd().split("\n");
}

test("each function is built by cargo-lambda in the template's folder and for the architecture", () => {
  const calls = standInForCargo();
  makeStack({ Architecture: "x86_64" }, { source: CHECKOUT });
  const expected = FUNCTIONS.map(({ name, folder }) => {
    const options = `--release --x86-64 --package ${name} --bin ${name} --lambda-dir DIR`;
    return `${resolve(CHECKOUT, "infra", folder)}: lambda build ${options}`;
  });
  assert.deepEqual(calls().sort(), expected.sort());
});

test("a source that is not a checkout is rejected", () => {
  assert.throws(() => makeStack({}, { source: WORK }), /no Cargo.toml/);
});

test("code without all functions is rejected", () => {
  assert.throws(() => makeStack({}, { code: mkdtempSync(join(WORK, "none-")) }), /no .*\/bootstrap/);
});
