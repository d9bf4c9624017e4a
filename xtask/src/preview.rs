//! `cargo xtask preview`: renders every mail in every language.

use std::{ffi::OsString, path::PathBuf};

use anyhow::ensure;

use crate::{processes, target};

pub(crate) fn preview(mut arguments: impl Iterator<Item = OsString>) -> anyhow::Result<()> {
    let folder = arguments.next().map_or_else(|| target().join("preview"), PathBuf::from);
    ensure!(arguments.next().is_none(), "preview takes one folder");
    // Cargo runs in the root of the checkout, not in the caller's working directory.
    let folder = std::path::absolute(folder)?;
    let mut example =
        processes::cargo(&["run", "--locked", "--package", "spaces-content", "--example", "preview", "--"]);
    processes::succeed("the preview", example.arg(&folder))?;
    println!("{}", folder.join("index.html").display());
    Ok(())
}
