use serde_json::json;

use crate::Service;

#[tokio::test]
async fn an_added_user_is_found_by_their_address() {
    let service = Service::start().await;
    let put = "user put --id 59039e47e2cda45e3bbbfc7f --email Eva@Example.COM --name Eva --language pt_br --zone Europe/Lisbon";
    let printed = service.run(put).await.unwrap();
    assert_eq!(service.run("user show eva@example.com").await.unwrap(), printed);
    assert_eq!(service.run("user show 59039e47e2cda45e3bbbfc7f").await.unwrap(), printed);
    let mut users = service.items("USER");
    users.retain(|user| user["id"] == "59039e47e2cda45e3bbbfc7f");
    assert_eq!(
        users,
        [json!({
            "pk": "USER#59039e47e2cda45e3bbbfc7f", "sk": "USER", "id": "59039e47e2cda45e3bbbfc7f", "name": "Eva",
            "email": "Eva@Example.COM", "email_proven": "2026-11-21T12:00:00.000Z",
            "updated": "2026-11-21T12:00:00.000Z", "language": "pt-BR", "zone": "Europe/Lisbon",
        })]
    );
}

#[tokio::test]
async fn omitted_options_leave_values_unchanged() {
    let service = Service::start().await;
    service.run("user put --iss https://issuer.example --sub eva --email eva@example.com --name Eva").await.unwrap();
    let printed = service.run("user put --iss https://issuer.example --sub eva --zone UTC").await.unwrap();
    assert!(
        printed.contains("name      Eva") && printed.contains("eva@example.com") && printed.contains("UTC"),
        "{printed}"
    );
}

#[tokio::test]
async fn an_unknown_user_is_reported() {
    let service = Service::start().await;
    let by_id = service.run("user show 59039e47e2cda45e3bbbfc7f").await.unwrap_err();
    assert_eq!(by_id, "there is no user 59039e47e2cda45e3bbbfc7f");
    let by_address = service.run("user show nobody@example.com").await.unwrap_err();
    assert_eq!(by_address, "there is no user with the address nobody@example.com");
}
