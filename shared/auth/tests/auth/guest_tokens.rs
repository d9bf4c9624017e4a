//! Guest tokens, verified with public keys alone.

use jiff::SignedDuration;
use serde_json::{Value, json};
use spaces_auth::{
    AuthConfig, AuthError, Authenticator, GuestKeys, GuestTokens, Rejected, Secrets, SigningKey, Unavailable,
};
use spaces_model::{Caller, Guest};

use crate::support::*;

fn guest() -> Guest {
    Guest { id: "00112233445566778899aabb".parse().unwrap(), display_name: "Leia".to_owned(), came_by: None }
}

fn token() -> String {
    guests().issue(&guest(), [1; 16], now()).unwrap()
}

/// Returns the authenticator of a service at this server, which publishes the guest tokens' keys.
fn published_at(server: &TestServer) -> Authenticator {
    let own_urls = vec![server.url().parse().unwrap()];
    Authenticator::new(AuthConfig { own_urls, guests: GuestKeys::published(), ..config(&json!([])) }).unwrap()
}

fn issued_at(server: &TestServer, key: &SigningKey, kid: Option<&str>) -> String {
    let url = server.url().trim_end_matches('/').to_owned();
    let claims = json!({
        "anonymous_id": "00112233445566778899aabb", "product_type": "onesna", "displayname": "Leia", "iss": url, "aud": url,
        "iat": NOW, "nbf": NOW, "exp": NOW + 86_400, "jti": "j"
    });
    let token = key.sign("guest+jwt", &claims).unwrap();
    let Some(kid) = kid else { return token };
    let (_, rest) = token.split_once('.').unwrap();
    format!("{}.{rest}", encode(json!({"typ": "guest+jwt", "alg": "EdDSA", "kid": kid}).to_string()))
}

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&[seed; 32]).unwrap()
}

fn jwks_of<const N: usize>(keys: [&SigningKey; N]) -> String {
    SigningKey::jwks(keys).unwrap()
}

#[tokio::test]
async fn a_guest_is_accepted_with_the_public_keys_from_the_configuration() {
    assert_eq!(authenticate(&trusting(&issuer()), "jwt", &token()).await.unwrap(), Caller::Guest(guest()));
}

#[tokio::test]
async fn a_guest_of_an_earlier_url_of_the_service_is_accepted() {
    let secrets = Secrets::new("a secret for tests, of more than forty characters", None).unwrap();
    for (address, known) in [(PREVIOUS, true), ("https://never.example", false)] {
        let tokens = GuestTokens::new(&secrets, address, address, SignedDuration::from_hours(24)).unwrap();
        let token = tokens.issue(&guest(), [1; 16], now()).unwrap();
        let caller = authenticate(&trusting(&issuer()), "jwt", &token).await;
        assert_eq!(caller.is_ok(), known, "{address}: {caller:?}");
    }
}

#[tokio::test]
async fn the_published_keys_are_fetched_with_the_first_guest_and_then_kept() {
    let server = TestServer::answering(&jwks_of([&key(1)])).await;
    let authenticator = published_at(&server);
    authenticator.prefetch(now()).await;
    assert_eq!(server.asked(), 0, "most instances never see a guest");
    for _ in 0..3 {
        let caller = authenticate(&authenticator, "jwt", &issued_at(&server, &key(1), None)).await.unwrap();
        assert_eq!(caller, Caller::Guest(guest()));
    }
    assert_eq!(server.asked(), 1);
}

#[tokio::test]
async fn a_token_of_a_new_key_causes_a_fetch_at_most_once_a_minute() {
    let server = TestServer::answering(&jwks_of([&key(1)])).await;
    let authenticator = published_at(&server);
    assert!(authenticate(&authenticator, "jwt", &issued_at(&server, &key(1), None)).await.is_ok());
    server.answer(200, &jwks_of([&key(2), &key(1)]));
    for (seconds, accepted, asked) in [(59, false, 1), (60, true, 2)] {
        let outcome = at(after(seconds), &authenticator, "jwt", &issued_at(&server, &key(2), None)).await;
        assert_eq!((outcome.is_ok(), server.asked()), (accepted, asked), "after {seconds} s");
    }
    for made_up in 0..20 {
        let forged = issued_at(&server, &key(3), Some(&format!("made-up-{made_up}")));
        let outcome = at(after(90), &authenticator, "jwt", &forged).await;
        assert!(matches!(outcome, Err(AuthError::Rejected(Rejected::Key))), "{outcome:?}");
    }
    assert_eq!(server.asked(), 2);
}

#[tokio::test]
async fn a_guest_is_asked_to_retry_while_the_keys_cannot_be_fetched() {
    let server = TestServer::answering("").await;
    server.answer(503, "");
    let outcome = authenticate(&published_at(&server), "jwt", &issued_at(&server, &key(1), None)).await;
    assert!(matches!(outcome, Err(AuthError::Unavailable(Unavailable::Keys { .. }))), "{outcome:?}");
}

#[tokio::test]
async fn a_token_that_is_bad_by_itself_causes_no_fetch() {
    let server = TestServer::answering(&jwks_of([&key(1)])).await;
    let authenticator = published_at(&server);
    let outcome = at(after(90_000), &authenticator, "jwt", &issued_at(&server, &key(1), None)).await;
    assert!(matches!(outcome, Err(AuthError::Rejected(Rejected::Expired))), "{outcome:?}");
    let elsewhere = authenticate(&authenticator, "jwt", &token()).await;
    assert!(matches!(elsewhere, Err(AuthError::Rejected(Rejected::Issuer))), "{elsewhere:?}");
    assert_eq!(server.asked(), 0);
}

#[test]
fn keys_from_the_configuration_must_be_public_ones() {
    let mut private: Value = serde_json::from_str(&jwks_of([&key(1)])).unwrap();
    private["keys"][0]["d"] = json!(encode([1; 32]));
    for (wrong, fault) in [
        ("", "must be a JWK Set: an object with a list of keys"),
        ("[]", "must be a JWK Set: an object with a list of keys"),
        (&private.to_string(), "has a private or symmetric key"),
    ] {
        let error = GuestKeys::from_json(wrong).unwrap_err();
        assert_eq!(error.to_string(), format!("guest tokens: jwks {fault}"));
    }
}
