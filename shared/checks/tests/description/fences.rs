//! The description has every path of the service, and deployed functions do not contain the description.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use spaces_local::Template;

use crate::{assemble, root};

#[test]
fn exactly_the_served_paths_are_described() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let (_, router) = manifest.split_once("[workspace.metadata.lambda.watch.router]").unwrap();
    let mut served: BTreeSet<String> = router
        .lines()
        .filter_map(|line| line.strip_prefix('"')?.split('"').next())
        // The function with the catch-all path has a table of its routes, from which its part of the description is
        // generated; the catch-all for pages redirects to the described pages.
        .filter(|path| *path != "/" && !path.ends_with("{*proxy}"))
        .map(|path| path.trim_end_matches('/').replace("/invites/{id}", "/invites/{inviteId}"))
        .map(|path| path.replace("/{id}", "/{spaceId}"))
        .collect();
    served.extend(manage_spaces::openapi::part().paths.paths.into_keys());
    let pages = join_invite::openapi::part().paths.paths.into_keys();
    served.extend(pages.filter(|path| path.starts_with("/spaces/")));
    let described: BTreeSet<String> = assemble::description().paths.paths.keys().cloned().collect();
    assert_eq!(described, served);
}

/// Checks what `cargo build` and `cargo lambda build` see, for single packages and for the whole workspace.
#[test]
fn no_built_function_depends_on_utoipa() {
    let template = Template::of_this_checkout().unwrap();
    let functions: Vec<&str> = template.functions().unwrap().into_iter().map(|(_, name)| name).collect();
    let packages: Vec<&str> = functions.iter().flat_map(|name| ["--package", name]).collect();
    for selection in [&["--workspace"][..], &packages] {
        let output = Command::new(env!("CARGO"))
            .args(["tree", "--edges", "normal,build", "--prefix", "none", "--locked", "--offline"])
            .args(selection)
            .current_dir(root())
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let tree = String::from_utf8(output.stdout).unwrap();
        assert!(functions.iter().all(|name| tree.contains(name)), "{tree}");
        let known: Vec<&str> = tree.lines().filter(|line| line.starts_with("utoipa")).collect();
        assert!(known.is_empty(), "{selection:?}: {known:?}");
    }
}
