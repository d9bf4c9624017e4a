//! `cargo xtask openapi` and `cargo xtask schema`: the API's description, made of the code and held against the service.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

use anyhow::{bail, ensure};
use serde_json::json;

use crate::node::Node;
use crate::processes::{cargo, check_interrupted, succeed};
use crate::python::Environment;
use crate::smoke::Stack;
use crate::{root, target};

const TOOLS: Environment = Environment { name: "schema", requirements: "xtask/schema/requirements.txt" };

/// The generators of clients, apart from Schemathesis: they want other versions of the same packages.
const CLIENTS: Environment = Environment { name: "clients", requirements: "xtask/clients/requirements.txt" };

/// So many that no caller creates more than 120 spaces a minute.
const USERS: usize = 60;

/// A user in the directory, and three invitations: one open, one expired, one revoked (`spaces_local::samples`).
const KNOWN_USER: &str = "8e43ca37701228e74983efdb";
const INVITES: [&str; 3] = ["000000000000000000000001", "000000000000000000000002", "000000000000000000000003"];

/// Writes `docs/openapi.json` anew. The test that does it is the one that compares the file otherwise.
pub(crate) fn write() -> anyhow::Result<()> {
    crate::test::check_prerequisites()?;
    // Of the selection of packages of `cargo xtask test`, or cargo would resolve other features and build them again.
    let test =
        ["test", "--quiet", "--workspace", "--locked", "--test", "description", "the_file_is_what_the_code_says"];
    succeed("cargo test", cargo(&test).env("OPENAPI_WRITE", "1").stdout(Stdio::null()))?;
    println!("docs/openapi.json is written; read the difference");
    Ok(())
}

/// Checks the description, and that the running service does what it says. `options` go to Schemathesis as they are.
pub(crate) fn hold(options: impl Iterator<Item = OsString>) -> anyhow::Result<()> {
    let tools = TOOLS.programs()?;
    let description = root().join("docs/openapi.json");
    succeed("openapi-spec-validator", Command::new(tools.join("openapi-spec-validator")).arg(&description))?;
    let examples = root().join("xtask/schema/examples.py");
    succeed("examples.py", Command::new(tools.join("python3")).arg(examples).arg(&description))?;
    check_interrupted()?;
    // A line for each of thousands of requests would bury what failed; a 500 is an ERROR.
    let mut stack = Stack::start_logging("schema-data", "ERROR")?;
    let held = Run { tools, description, stack: &stack, options: options.collect() }.all();
    let stopped = stack.stop();
    held.and(stopped)
}

/// The exit code of `breaking.mjs` for changes that break clients.
const BREAKS: i32 = 3;

/// Fails if the description breaks clients of that of a revision, unless the changelog has a new line that says so.
pub(crate) fn breaking(mut arguments: impl Iterator<Item = OsString>) -> anyhow::Result<()> {
    let revision = arguments.next().unwrap_or_else(|| "origin/main".into());
    let (home, node) = (target().join("clients"), Node::find()?);
    node.install_in(&home, "xtask/clients", &["package.json", "package-lock.json", "breaking.mjs"])?;
    fs::write(home.join("before.json"), at(&revision, "docs/openapi.json")?)?;
    let mut compare = node.program("node", &home)?;
    let compared = compare.args(["breaking.mjs", "before.json"]).arg(root().join("docs/openapi.json")).status()?;
    match compared.code() {
        Some(0) => return Ok(()),
        Some(BREAKS) => {}
        _ => bail!("breaking.mjs: {compared}"),
    }
    let said = |changelog: &str| changelog.matches("- **Breaking:**").count();
    let before = said(&String::from_utf8_lossy(&at(&revision, "CHANGELOG.md")?));
    ensure!(
        said(&fs::read_to_string(root().join("CHANGELOG.md"))?) > before,
        "the API's description breaks clients in these places: say it in CHANGELOG.md, in a line that begins with - **Breaking:**"
    );
    Ok(())
}

/// Returns a file as it is in a revision.
fn at(revision: &OsStr, file: &str) -> anyhow::Result<Vec<u8>> {
    let mut name = revision.to_owned();
    name.push(format!(":{file}"));
    let shown = Command::new("git").current_dir(root()).arg("show").arg(name).output()?;
    ensure!(shown.status.success(), "git show: {}", String::from_utf8_lossy(&shown.stderr));
    Ok(shown.stdout)
}

struct Run<'a> {
    tools: PathBuf,
    description: PathBuf,
    stack: &'a Stack,
    options: Vec<OsString>,
}

impl Run<'_> {
    fn all(&self) -> anyhow::Result<()> {
        let token = |arguments: &[&str]| self.stack.token(arguments);
        self.clients(&token(&["user", "--email", "rosa@example.com", "--name", "Rosa Klein"])?)?;
        check_interrupted()?;
        let mut authorization = Vec::new();
        let mut session = vec![String::new()];
        for number in 0..USERS {
            let (email, name) = (format!("user{number}@example.com"), format!("User {number}"));
            let user = token(&["user", "--email", &email, "--name", &name])?;
            authorization.push(format!("jwt {user}"));
            session.push(user);
            session.push(String::new());
        }
        authorization.push(format!("bearer {}", token(&["bearer", "--email", "bearer@example.com"])?));
        authorization.push(format!("service_app {}", token(&["service-app"])?));
        session.push(token(&["guest", "--name", "Gus"])?);

        println!("schema: with tokens");
        self.schemathesis(&authorization, &session, &["--phases", "examples,coverage,fuzzing"])?;
        // What a request leaves behind belongs to its caller, so one alone makes them all.
        println!("schema: one caller, in sequences");
        let caller = [format!("jwt {}", token(&["user", "--email", "stateful@example.com", "--name", "State"])?)];
        self.schemathesis(&caller, &[String::new()], &["--phases", "stateful"])?;
        // Who calls changes nothing about the rest. That all is refused is right here, and no reason to warn.
        println!("schema: without tokens, what asks for them");
        let asks = [
            "--include-path-regex",
            "^/api/(spaces|topics|users)/",
            "--phases",
            "examples,coverage",
            "--warnings",
            "off",
        ];
        self.schemathesis(&[], &[], &asks)
    }

    /// Has generators make clients of the description, and runs the snippets of the documentation.
    fn clients(&self, token: &str) -> anyhow::Result<()> {
        let (home, node) = (target().join("clients"), Node::find()?);
        node.install_in(&home, "xtask/clients", &["package.json", "package-lock.json"])?;
        let mut check = Command::new(CLIENTS.programs()?.join("python3"));
        check.arg(root().join("xtask/clients/check.py")).arg(&home);
        check.env("API", &self.stack.api).env("TOKEN", token).env("NODE_MODULES", home.join("node_modules"));
        node.lend(&mut check)?;
        succeed("check.py", check.env("NO_PROXY", "127.0.0.1"))
    }

    /// All checks, also those that a later version brings.
    fn schemathesis(&self, authorization: &[String], session: &[String], which: &[&str]) -> anyhow::Result<()> {
        let tokens =
            json!({"authorization": authorization, "session": session, "user": KNOWN_USER, "invites": INVITES});
        let schema = root().join("xtask/schema");
        let mut run = Command::new(self.tools.join("schemathesis"));
        run.arg("--config-file").arg(schema.join("schemathesis.toml")).arg("run").arg(&self.description);
        run.args(["--url", &self.stack.api, "--checks", "all"]).args(which).args(&self.options);
        run.env("TOKENS", tokens.to_string())
            .env("SCHEMATHESIS_HOOKS", "hooks")
            .env("PYTHONPATH", python_path(&schema));
        // What Schemathesis keeps between runs stays there.
        run.current_dir(target()).env("NO_PROXY", "127.0.0.1").stdin(Stdio::null());
        succeed("schemathesis", &mut run)
    }
}

fn python_path(first: &Path) -> OsString {
    let paths = env::var_os("PYTHONPATH").unwrap_or_default();
    env::join_paths([first.to_path_buf()].into_iter().chain(env::split_paths(&paths)))
        .unwrap_or_else(|_| first.as_os_str().to_owned())
}
