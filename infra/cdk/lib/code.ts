import { spawnSync } from "node:child_process";
import { existsSync, renameSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";

import { AssetHashType, DockerImage } from "aws-cdk-lib";
import { Code } from "aws-cdk-lib/aws-lambda";

import type { FunctionInTemplate } from "./template";

/** Returns the code of a prebuilt function: `<function>/bootstrap` in `directory`. */
export function builtCode(directory: string, { name }: FunctionInTemplate): Code {
  const folder = resolve(directory, name);
  if (!existsSync(join(folder, "bootstrap"))) {
    throw new Error(`code: there is no ${name}/bootstrap in ${resolve(directory)}`);
  }
  return Code.fromAsset(folder);
}

/** Returns the code of a function that cargo-lambda builds at synthesis, in the same folder as SAM. */
export function sourceCode(checkout: string, { name, folder }: FunctionInTemplate, architecture: string): Code {
  const directory = resolve(checkout, "infra", folder);
  if (!existsSync(join(directory, "Cargo.toml"))) {
    const remedy = 'set "source" to a checkout, or "code" to prebuilt functions';
    throw new Error(`source: there is no Cargo.toml in ${directory}; ${remedy}`);
  }
  const target = architecture === "x86_64" ? "--x86-64" : "--arm64";
  const command = ["lambda", "build", "--release", target, "--package", name, "--bin", name];
  return Code.fromAsset(directory, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Required but never used, because the build below succeeds or throws.
      image: DockerImage.fromRegistry("scratch"),
      // Part of the asset's identity: otherwise the CDK would treat all functions built in one folder as one asset.
      command,
      local: { tryBundle: (output) => build(directory, name, command, output) },
    },
  });
}

function build(directory: string, name: string, command: string[], output: string): true {
  const options = [...command, "--lambda-dir", output];
  // `cdk synth` writes the template to standard output.
  const stdio = ["ignore", process.stderr, "inherit"] as const;
  const { status, error } = spawnSync("cargo", options, { cwd: directory, stdio: [...stdio] });
  if (status !== 0) throw new Error(`cargo ${options.join(" ")} in ${directory} failed`, { cause: error });
  renameSync(join(output, name, "bootstrap"), join(output, "bootstrap"));
  rmSync(join(output, name), { recursive: true });
  return true;
}
