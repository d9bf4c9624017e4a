//! The pages of the API description, as a browser loads them.

#![cfg(test)]

use reqwest::StatusCode;
use serde_json::{Value, json};
use spaces_local::{Mailbox, api_docs};
use tempfile::TempDir;

const API: &str = "http://127.0.0.1:9000";

async fn serve(folder: &TempDir) -> Mailbox {
    Mailbox::in_directory(folder.path().join("mail"), 0, api_docs::routes(API.to_owned())).await.unwrap()
}

async fn get(mailbox: &Mailbox, path: &str) -> reqwest::Response {
    reqwest::get(format!("{}{path}", mailbox.endpoint())).await.unwrap()
}

async fn text(mailbox: &Mailbox, path: &str) -> String {
    let answer = get(mailbox, path).await;
    assert_eq!(answer.status(), StatusCode::OK, "{path}");
    answer.text().await.unwrap()
}

#[tokio::test]
async fn the_description_is_of_the_api_on_this_machine() {
    let folder = tempfile::tempdir().unwrap();
    let mailbox = serve(&folder).await;
    let description: Value = get(&mailbox, "/api-docs/openapi.json").await.json().await.unwrap();
    assert_eq!(description["servers"][0]["url"], API);
    assert_eq!(description["servers"].as_array().map(Vec::len), Some(1));
    assert_eq!(description["openapi"], json!("3.1.0"));
}

#[tokio::test]
async fn every_operation_has_a_page_with_its_parameters_and_answers() {
    let folder = tempfile::tempdir().unwrap();
    let mailbox = serve(&folder).await;
    let description: Value = get(&mailbox, "/api-docs/openapi.json").await.json().await.unwrap();
    let list = text(&mailbox, "/api-docs").await;
    let paths = description["paths"].as_object().unwrap();
    let operations: Vec<&Value> = paths
        .values()
        .flat_map(|path| path.as_object().unwrap().values())
        .filter(|operation| operation.get("operationId").is_some())
        .collect();
    assert!(operations.len() > 30, "{}", operations.len());
    for operation in operations {
        let path = format!("/api-docs/{}", operation["operationId"].as_str().unwrap());
        assert!(list.contains(&format!("\"{path}\"")), "{path}");
        let page = text(&mailbox, &path).await;
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            assert!(page.contains(parameter["name"].as_str().unwrap()), "{path}: {parameter}");
        }
        for status in operation["responses"].as_object().unwrap().keys() {
            assert!(page.contains(&format!("<h3>{status}</h3>")), "{path}: {status}");
        }
    }
}

#[tokio::test]
async fn the_form_is_prefilled_with_a_token_and_the_chosen_body() {
    let folder = tempfile::tempdir().unwrap();
    let mailbox = serve(&folder).await;
    let page = text(&mailbox, "/api-docs/createSpaceInvite").await;
    assert!(page.contains("value=\"jwt ey") && page.contains("&#34;informChannel&#34;: &#34;client&#34;"), "{page}");
    let page = text(&mailbox, "/api-docs/createSpaceInvite?example=email&caller=service-app").await;
    assert!(
        page.contains("value=\"service_app ey") && page.contains("&#34;informChannel&#34;: &#34;server&#34;"),
        "{page}"
    );
    let page = text(&mailbox, "/api-docs/createSpaceInvite?caller=nobody").await;
    assert!(!page.contains("id=\"authorization\""), "{page}");
    let page = text(&mailbox, "/api-docs/showInvitation").await;
    assert!(page.contains("value=\"000000000000000000000001\""), "{page}");
}

#[tokio::test]
async fn fields_are_listed_by_their_path_in_the_body() {
    let folder = tempfile::tempdir().unwrap();
    let page = text(&serve(&folder).await, "/api-docs/createSpaceInvite").await;
    for field in ["topic.title", "invitees[].role", "data[].invitees[].inviteeType"] {
        assert!(page.contains(&format!("<b>{field}</b>")), "{field}: {page}");
    }
}

#[tokio::test]
async fn the_pages_connect_only_to_the_api_and_work_without_scripts() {
    let folder = tempfile::tempdir().unwrap();
    let mailbox = serve(&folder).await;
    let page = get(&mailbox, "/api-docs/showMe").await;
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.starts_with("default-src 'none'; style-src 'self'; script-src 'self';"), "{policy}");
    assert!(policy.ends_with(&format!("connect-src {API}")), "{policy}");
    let html = page.text().await.unwrap();
    assert!(
        html.contains("<noscript>") && html.contains("curl -sS -X GET &#39;http://127.0.0.1:9000/api/users/me&#39;"),
        "{html}"
    );
    for asset in ["/style.css", "/list.js", "/try.js"] {
        assert_eq!(get(&mailbox, asset).await.status(), StatusCode::OK, "{asset}");
    }
    assert_eq!(get(&mailbox, "/api-docs/unknown").await.status(), StatusCode::NOT_FOUND);
}
