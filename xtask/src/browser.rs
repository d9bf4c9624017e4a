//! `cargo xtask browser`: tests the link's pages and the development pages in a real browser.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::node::Node;
use crate::smoke::Stack;
use crate::{orphans, processes, target};

/// The program's names in Debian, in other distributions and in Google's packages.
const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

pub(crate) fn browser() -> anyhow::Result<()> {
    let chromium = chromium()?;
    let home = target().join("browser");
    let node = Node::find()?;
    node.install_in(&home, "xtask/browser", &["package.json", "package-lock.json", "tour.mjs", "development.mjs"])?;
    let mut stack = Stack::start("browser-data")?;
    // development.mjs first: it needs an empty mailbox.
    let toured =
        ["development.mjs", "tour.mjs"].into_iter().try_for_each(|tour| drive(tour, &stack, &node, &home, &chromium));
    let ended = stack.end();
    // Chromium's helper processes may still be running.
    orphans::end_all();
    toured.and(ended)
}

/// Returns the program in `CHROMIUM`, or the first browser on the PATH.
fn chromium() -> anyhow::Result<PathBuf> {
    if let Some(program) = env::var_os("CHROMIUM") {
        return Ok(program.into());
    }
    let folders = env::var_os("PATH").unwrap_or_default();
    let mut found = env::split_paths(&folders).flat_map(|folder| BROWSERS.map(|name| folder.join(name)));
    found.find(|program| program.is_file()).context("Chromium is not on the PATH: install it, or set CHROMIUM")
}

fn drive(tour: &'static str, stack: &Stack, node: &Node, home: &Path, chromium: &Path) -> anyhow::Result<()> {
    let token =
        stack.token(&["user", "--email", "rosa@example.com", "--name", "Rosa Klein", "--zone", "Europe/Berlin"])?;
    let mut node = node.program("node", home)?;
    node.arg(tour);
    node.env("API", &stack.api).env("MAIL", &stack.mail).env("TOKEN", token).env("CHROMIUM", chromium);
    processes::succeed(tour, &mut node)
}
