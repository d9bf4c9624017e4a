//! `cargo xtask openapi`, `schema` and `breaking`: generates the API's description, tests the service against it, and
//! detects changes that break clients.

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

/// The generators of clients. Their environment is separate from that of Schemathesis, because they need different
/// versions of the same packages.
const CLIENTS: Environment = Environment { name: "clients", requirements: "xtask/clients/requirements.txt" };

/// Number of callers. With fewer, one would exceed the limit of 120 new spaces a minute.
const USERS: usize = 60;

/// The id of a user in the directory (`spaces_local::samples`).
const KNOWN_USER: &str = "8e43ca37701228e74983efdb";
/// The ids of an open, an expired and a revoked invitation (`spaces_local::samples`).
const INVITES: [&str; 3] = ["000000000000000000000001", "000000000000000000000002", "000000000000000000000003"];

/// Regenerates `docs/openapi.json`, with the test that otherwise compares the file with the code.
pub(crate) fn write() -> anyhow::Result<()> {
    crate::test::check_prerequisites()?;
    // Selects the packages that `cargo xtask test` selects. With a different selection, cargo would resolve different
    // features and build the dependencies again.
    let test = ["test", "--quiet", "--workspace", "--locked", "--test", "description", "the_file_matches_the_code"];
    succeed("cargo test", cargo(&test).env("OPENAPI_WRITE", "1").stdout(Stdio::null()))?;
    println!("wrote docs/openapi.json; review the difference");
    Ok(())
}

/// Checks the description, and the running service against it. Passes `options` to Schemathesis.
pub(crate) fn check(options: impl Iterator<Item = OsString>) -> anyhow::Result<()> {
    let tools = TOOLS.programs()?;
    let description = root().join("docs/openapi.json");
    succeed("openapi-spec-validator", Command::new(tools.join("openapi-spec-validator")).arg(&description))?;
    let examples = root().join("xtask/schema/examples.py");
    succeed("examples.py", Command::new(tools.join("python3")).arg(examples).arg(&description))?;
    check_interrupted()?;
    // The log line of each of thousands of requests would hide the failures; a 500 is logged as an ERROR.
    let mut stack = Stack::start_logging("schema-data", "ERROR")?;
    let checked = Run { tools, description, stack: &stack, options: options.collect() }.all();
    let stopped = stack.stop();
    checked.and(stopped)
}

/// Exit code of `breaking.mjs` for changes that break clients.
const BREAKS: i32 = 3;

/// Fails if the description breaks clients that were written for the description in a revision, unless the changelog
/// has a new entry about the change.
pub(crate) fn breaking(mut arguments: impl Iterator<Item = OsString>) -> anyhow::Result<()> {
    let revision = arguments.next().unwrap_or_else(|| "origin/main".into());
    let (home, node) = (target().join("clients"), Node::find()?);
    node.install_in(&home, "xtask/clients", &["package.json", "package-lock.json", "breaking.mjs"])?;
    fs::write(home.join("before.json"), file_at(&revision, "docs/openapi.json")?)?;
    let mut compare = node.program("node", &home)?;
    let compared = compare.args(["breaking.mjs", "before.json"]).arg(root().join("docs/openapi.json")).status()?;
    match compared.code() {
        Some(0) => return Ok(()),
        Some(BREAKS) => {}
        _ => bail!("breaking.mjs: {compared}"),
    }
    let entries = |changelog: &str| changelog.matches("- **Breaking:**").count();
    let before = entries(&String::from_utf8_lossy(&file_at(&revision, "CHANGELOG.md")?));
    ensure!(
        entries(&fs::read_to_string(root().join("CHANGELOG.md"))?) > before,
        "the API's description breaks clients in these places: add a line to CHANGELOG.md that starts with - **Breaking:**"
    );
    Ok(())
}

/// Returns the contents of a file in a revision.
fn file_at(revision: &OsStr, file: &str) -> anyhow::Result<Vec<u8>> {
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

        println!("schema: requests with tokens");
        self.schemathesis(&authorization, &session, &["--phases", "examples,coverage,fuzzing"])?;
        // A single caller, since the following requests use the resources of earlier ones.
        println!("schema: sequences of requests by one caller");
        let caller = [format!("jwt {}", token(&["user", "--email", "stateful@example.com", "--name", "State"])?)];
        self.schemathesis(&caller, &[String::new()], &["--phases", "stateful"])?;
        // Only the paths that require a token. Every request is rejected, as it should be, so warnings about that are
        // off.
        println!("schema: requests without tokens");
        let anonymous = [
            "--include-path-regex",
            "^/api/(spaces|topics|users)/",
            "--phases",
            "examples,coverage",
            "--warnings",
            "off",
        ];
        self.schemathesis(&[], &[], &anonymous)
    }

    /// Generates clients from the description, and runs the snippets of the docs.
    fn clients(&self, token: &str) -> anyhow::Result<()> {
        let (home, node) = (target().join("clients"), Node::find()?);
        node.install_in(&home, "xtask/clients", &["package.json", "package-lock.json"])?;
        let mut check = Command::new(CLIENTS.programs()?.join("python3"));
        check.arg(root().join("xtask/clients/check.py")).arg(&home);
        check.env("API", &self.stack.api).env("TOKEN", token).env("NODE_MODULES", home.join("node_modules"));
        node.add_to_path(&mut check)?;
        succeed("check.py", check.env("NO_PROXY", "127.0.0.1"))
    }

    /// Runs Schemathesis with all its checks.
    fn schemathesis(&self, authorization: &[String], session: &[String], phases: &[&str]) -> anyhow::Result<()> {
        let tokens =
            json!({"authorization": authorization, "session": session, "user": KNOWN_USER, "invites": INVITES});
        let schema = root().join("xtask/schema");
        let mut run = Command::new(self.tools.join("schemathesis"));
        run.arg("--config-file").arg(schema.join("schemathesis.toml")).arg("run").arg(&self.description);
        run.args(["--url", &self.stack.api, "--checks", "all"]).args(phases).args(&self.options);
        run.env("TOKENS", tokens.to_string())
            .env("SCHEMATHESIS_HOOKS", "hooks")
            .env("PYTHONPATH", python_path(&schema));
        // Schemathesis keeps files in its working directory.
        run.current_dir(target()).env("NO_PROXY", "127.0.0.1").stdin(Stdio::null());
        succeed("schemathesis", &mut run)
    }
}

fn python_path(first: &Path) -> OsString {
    let paths = env::var_os("PYTHONPATH").unwrap_or_default();
    env::join_paths([first.to_path_buf()].into_iter().chain(env::split_paths(&paths)))
        .unwrap_or_else(|_| first.as_os_str().to_owned())
}
