//! Swagger UI, which shows the API's description in a browser.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::processes::Interrupted;
use crate::{target, wheel};

/// A package that carries its files; the Python in it is not used.
const PACKAGE: &str = "flask-swagger-ui==5.34.0";

/// The folder with its files, installed if they aren't there. None where that is not possible: everything else works
/// without it.
pub(crate) fn folder() -> anyhow::Result<Option<PathBuf>> {
    let home = target().join("tools").join(PACKAGE.replace("==", "-"));
    if let Some(files) = files(&home) {
        return Ok(Some(files));
    }
    eprintln!("xtask: installing Swagger UI ({PACKAGE})");
    for install in wheel::WAYS {
        if home.exists() {
            fs::remove_dir_all(&home).with_context(|| format!("removing {}", home.display()))?;
        }
        match install(&home, PACKAGE) {
            Err(error) if error.is::<Interrupted>() => return Err(error),
            Err(error) => eprintln!("xtask: {error:#}"),
            Ok(()) => {}
        }
        if let Some(files) = files(&home) {
            return Ok(Some(files));
        }
    }
    eprintln!("xtask: going on without Swagger UI");
    Ok(None)
}

fn files(home: &Path) -> Option<PathBuf> {
    let below_lib = fs::read_dir(home.join("lib")).into_iter().flatten().filter_map(Result::ok);
    let packages = below_lib.map(|python| python.path().join("site-packages")).chain([home.to_path_buf()]);
    let mut found = packages.map(|packages| packages.join("flask_swagger_ui/dist"));
    found.find(|files| files.join("swagger-ui.css").is_file())
}
