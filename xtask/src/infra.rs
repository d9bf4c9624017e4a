//! `cargo xtask infra`: checks the deployment's templates with third-party linters and with this project's rules.

use std::process::Command;

use crate::processes::succeed;
use crate::python::Environment;
use crate::root;

/// The SAM CLI with its cfn-lint, and cargo-lambda, with which it builds Rust functions.
pub const SAM: Environment = Environment { name: "sam", requirements: "infra/checks/sam.txt" };
/// The AWS CLI.
pub const AWS: Environment = Environment { name: "aws", requirements: "infra/checks/aws.txt" };
const CHECKOV: Environment = Environment { name: "checkov", requirements: "infra/checks/checkov.txt" };

pub(crate) fn infra() -> anyhow::Result<()> {
    let template = root().join("infra/template.yaml");
    let sam = SAM.programs()?;
    // It sends nothing to AWS, but requires a region.
    let mut validate = Command::new(sam.join("sam"));
    validate.args(["validate", "--lint", "--region", "eu-central-1", "--template-file"]).arg(&template);
    succeed("sam validate --lint", validate.env("SAM_CLI_TELEMETRY", "0"))?;
    let templates =
        [template, root().join("infra/examples/webhook.yaml"), root().join("infra/examples/deploy-roles.yaml")];
    succeed("cfn-lint", Command::new(sam.join("cfn-lint")).arg("--template").args(&templates))?;
    let edge = root().join("infra/edge.yaml");
    succeed("cfn-lint", Command::new(sam.join("cfn-lint")).args(["--region", "us-east-1", "--template"]).arg(&edge))?;
    succeed("rules.py", Command::new(sam.join("python")).arg(root().join("infra/checks/rules.py")))?;
    // Checks the operator's commands in the docs.
    succeed("commands.py", Command::new(AWS.programs()?.join("python")).arg(root().join("infra/checks/commands.py")))?;
    let mut checkov = Command::new(CHECKOV.programs()?.join("checkov"));
    checkov
        .arg("--config-file")
        .arg(root().join("infra/checks/checkov.yaml"))
        .arg("--file")
        .args(&templates)
        .arg(&edge);
    succeed("checkov", &mut checkov)
}
