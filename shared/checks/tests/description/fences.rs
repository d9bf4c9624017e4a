//! The description has every path of the service, and the service that is deployed does not have the description.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use spaces_local::Template;

use crate::{assemble, root};

#[test]
fn every_path_that_is_served_is_described_and_no_other() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let (_, router) = manifest.split_once("[workspace.metadata.lambda.watch.router]").unwrap();
    let mut served: BTreeSet<String> = router
        .lines()
        .filter_map(|line| line.strip_prefix('"')?.split('"').next())
        // What catches all other paths has a table of its routes, of which its part of the description is made; what catches all pages
        // redirects to those that it describes.
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

/// As `cargo build` and `cargo lambda build` see it, of one package as well as of the whole workspace.
#[test]
fn no_function_that_is_built_knows_of_utoipa() {
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
