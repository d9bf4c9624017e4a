//! The page that shows the API's description, as a browser loads it.

#![cfg(test)]

use std::fs;
use std::path::PathBuf;

use reqwest::StatusCode;
use serde_json::{Value, json};
use spaces_local::{Mailbox, api_docs};
use tempfile::TempDir;

const API: &str = "http://127.0.0.1:9000";

async fn serve(folder: &TempDir, viewer: Option<PathBuf>) -> Mailbox {
    Mailbox::in_directory(folder.path().join("mail"), 0, api_docs::routes(API.to_owned(), viewer)).await.unwrap()
}

async fn get(mailbox: &Mailbox, path: &str) -> reqwest::Response {
    reqwest::get(format!("{}{path}", mailbox.endpoint())).await.unwrap()
}

#[tokio::test]
async fn the_description_is_of_the_api_on_this_machine() {
    let folder = tempfile::tempdir().unwrap();
    let mailbox = serve(&folder, None).await;
    let description: Value = get(&mailbox, "/api-docs/openapi.json").await.json().await.unwrap();
    assert_eq!(description["servers"][0]["url"], API);
    assert_eq!(description["servers"].as_array().map(Vec::len), Some(1));
    assert_eq!(description["openapi"], json!("3.1.0"));
}

#[tokio::test]
async fn the_page_loads_the_viewer_and_may_ask_nobody_but_the_api() {
    let folder = tempfile::tempdir().unwrap();
    for file in ["swagger-ui.css", "swagger-ui-bundle.js", "other.js"] {
        fs::write(folder.path().join(file), file).unwrap();
    }
    let mailbox = serve(&folder, Some(folder.path().to_owned())).await;
    let page = get(&mailbox, "/api-docs").await;
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("default-src 'none'; script-src 'self';"), "{policy}");
    assert!(policy.contains(&format!("connect-src 'self' {API};")), "{policy}");
    let html = page.text().await.unwrap();
    for file in ["/api-docs/viewer/swagger-ui.css", "/api-docs/viewer/swagger-ui-bundle.js", "/api-docs/start.js"] {
        assert!(html.contains(&format!("\"{file}\"")), "{html}");
        assert_eq!(get(&mailbox, file).await.status(), StatusCode::OK, "{file}");
    }
    for other in ["/api-docs/viewer/other.js", "/api-docs/viewer/..%2Fmail"] {
        assert_eq!(get(&mailbox, other).await.status(), StatusCode::NOT_FOUND, "{other}");
    }
}

#[tokio::test]
async fn without_the_viewer_the_page_leads_to_the_description() {
    let folder = tempfile::tempdir().unwrap();
    let mailbox = serve(&folder, None).await;
    let html = get(&mailbox, "/api-docs").await.text().await.unwrap();
    assert!(html.contains("href=\"/api-docs/openapi.json\"") && html.contains("could not be installed"), "{html}");
    assert!(!html.contains("<script"), "{html}");
}
