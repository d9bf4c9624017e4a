//! A space's password, and the limits on wrong attempts: who needs it, what is counted, and what an attacker can
//! achieve.

use futures_util::future::join_all;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{PIN, Service, Try, guest, problem, role_and_reason, user};

const WRONG: &str = "0000";

fn encoded() -> &'static str {
    "K%C3%A4se%2042"
}

impl Service {
    async fn guess(&self, authorization: &str, password: &str, source: &str) -> Value {
        self.try_join(&Try { authorization, password: Some(password), source }).await
    }

    /// Returns the statuses of wrong attempts by these guests, all from this source address.
    async fn wrong_tries(&self, guests: std::ops::Range<u8>, source: &str) -> Vec<u64> {
        let mut statuses = Vec::new();
        for number in guests {
            let answer = self.guess(&guest(number), WRONG, source).await;
            statuses.push(answer["statusCode"].as_u64().unwrap());
        }
        statuses
    }
}

#[tokio::test]
async fn guests_and_strangers_need_the_password_but_invitees_and_members_do_not() {
    let service = Service::with_pin().await;
    for caller in [guest(1), user("mallory@elsewhere.example")] {
        assert_eq!(problem(&service.join(&caller).await), (403, "password_required"));
        assert_eq!(service.guess(&caller, encoded(), "203.0.113.7").await["statusCode"], 200);
        assert_eq!(role_and_reason(&service.join(&caller).await).0, "guest", "a member needs none");
    }
    let answer = service.join(&user("bob@example.com")).await;
    assert_eq!(role_and_reason(&answer), ("member", "invited"));
    assert_eq!(answer["body"]["topic"]["settings"]["confPin"], "******");
    assert_eq!(role_and_reason(&service.join(&user("alice@example.com")).await).0, "admin");
}

#[tokio::test]
async fn a_member_who_left_needs_the_password_again() {
    let service = Service::with_pin().await;
    service.guess(&guest(1), PIN, "203.0.113.7").await;
    service.remove(super::guest_id(1), super::guest_id(1)).await;
    assert_eq!(problem(&service.join(&guest(1)).await), (403, "password_required"));
}

#[tokio::test]
async fn the_password_is_accepted_raw_or_percent_encoded() {
    for (pin, sent) in [(PIN, PIN), (PIN, encoded()), ("100%", "100%"), ("100%", "100%25"), ("%31%32", "%31%32")] {
        let service = Service::in_space(|space| space["settings"]["M"]["pin"] = json!({"S": super::pin(pin)})).await;
        assert_eq!(service.guess(&guest(1), sent, "203.0.113.7").await["statusCode"], 200, "{sent}");
    }
}

#[tokio::test]
async fn a_missing_password_is_not_an_attempt_however_it_is_written() {
    let service = Service::with_pin().await;
    let before = service.items();
    for none in ["", "null", "undefined"] {
        for _ in 0..6 {
            assert_eq!(problem(&service.guess(&guest(1), none, "203.0.113.7").await), (403, "password_required"));
        }
    }
    assert_eq!(service.items(), before);
}

#[tokio::test]
async fn a_space_that_requires_a_password_and_has_none_admits_nobody_who_needs_one() {
    let service =
        Service::in_space(|space| space["settings"]["M"]["password_for_all_guests"] = json!({"BOOL": true})).await;
    let before = service.items();
    for password in ["", WRONG, "******"] {
        for caller in [guest(1), user("mallory@elsewhere.example")] {
            let answer = service.guess(&caller, password, "203.0.113.7").await;
            assert_eq!(problem(&answer), (403, "password_required"));
        }
    }
    let is_space = |item: &&Value| item["pk"].as_str().is_some_and(|pk| pk.starts_with("SPACE#"));
    let count = |items: &[Value]| items.iter().filter(is_space).count();
    assert_eq!(count(&service.items()), count(&before));
    assert_eq!(role_and_reason(&service.join(&user("bob@example.com")).await), ("member", "invited"));
}

#[tokio::test]
async fn after_five_wrong_attempts_a_caller_waits_for_the_rest_of_the_hour_even_with_the_right_one() {
    let service = Service::with_pin().await;
    for _ in 0..5 {
        assert_eq!(problem(&service.guess(&guest(1), WRONG, "203.0.113.7").await), (403, "password_required"));
    }
    service.wait(SignedDuration::from_mins(20));
    for password in [WRONG, PIN] {
        // Another network makes no difference.
        let answer = service.guess(&guest(1), password, "198.51.100.9").await;
        assert_eq!(problem(&answer), (429, "too_many_requests"));
        assert_eq!(answer["headers"]["retry-after"], "2400");
    }
    assert_eq!(service.guess(&guest(2), PIN, "203.0.113.7").await["statusCode"], 200);
    service.wait(SignedDuration::from_mins(40));
    assert_eq!(service.guess(&guest(1), PIN, "203.0.113.7").await["statusCode"], 200);
}

#[tokio::test]
async fn right_attempts_are_not_counted() {
    let service = Service::with_pin().await;
    for number in 0..40 {
        assert_eq!(service.guess(&guest(number), PIN, "203.0.113.7").await["statusCode"], 200);
    }
    assert_eq!(service.wrong_tries(40..50, "203.0.113.7").await, [403; 10]);
}

#[tokio::test]
async fn a_hundred_concurrent_right_attempts_from_one_network_all_succeed() {
    let service = Service::with_pin().await;
    let callers: Vec<String> = (0..100).map(guest).collect();
    let answers = join_all(callers.iter().map(|caller| service.guess(caller, PIN, "203.0.113.7"))).await;
    assert!(answers.iter().all(|answer| answer["statusCode"] == 200));
}

#[tokio::test]
async fn only_five_of_many_concurrent_attempts_learn_that_they_are_wrong() {
    let service = Service::with_pin().await;
    let caller = guest(1);
    let passwords: Vec<String> = (0..60).map(|number| format!("{number:04}")).collect();
    let answers = join_all(passwords.iter().map(|password| service.guess(&caller, password, "203.0.113.7"))).await;
    let with = |status: u64| answers.iter().filter(|answer| answer["statusCode"] == status).count();
    assert_eq!((with(403), with(429)), (5, 55));
}

#[tokio::test]
async fn new_guests_from_one_network_get_ten_attempts_an_hour_and_thirty_a_day() {
    let service = Service::with_pin().await;
    let mut next = 0;
    for hour in 0..3 {
        // All IPv6 addresses of a /64 prefix count as one network.
        assert_eq!(service.wrong_tries(next..next + 10, &format!("2001:db8::{hour}")).await, [403; 10]);
        assert_eq!(service.wrong_tries(next + 10..next + 12, "2001:db8::ffff").await, [429; 2]);
        next += 12;
        service.wait(SignedDuration::from_hours(1));
    }
    let answer = service.guess(&guest(next), PIN, "2001:db8::1").await;
    assert_eq!((problem(&answer), &answer["headers"]["retry-after"]), ((429, "too_many_requests"), &json!("75600")));
    assert_eq!(service.guess(&guest(next), PIN, "2001:db8:0:1::1").await["statusCode"], 200);
    assert_eq!(service.join(&user("bob@example.com")).await["statusCode"], 200, "invitees are never counted");
    service.wait(SignedDuration::from_hours(20) + SignedDuration::from_mins(59));
    assert_eq!(service.guess(&guest(next + 1), PIN, "2001:db8::1").await["statusCode"], 429);
}

#[tokio::test]
async fn a_caller_over_the_limit_uses_up_no_attempts_of_their_network() {
    let service = Service::with_pin().await;
    for _ in 0..30 {
        service.guess(&guest(1), WRONG, "203.0.113.7").await;
    }
    assert_eq!(service.wrong_tries(2..7, "203.0.113.7").await, [403; 5]);
    assert_eq!(service.wrong_tries(7..8, "203.0.113.7").await, [429]);
}

#[tokio::test]
async fn a_network_over_the_limit_uses_up_no_attempts_of_the_space() {
    let service = Service::with_pin().await;
    assert_eq!(service.wrong_tries(0..10, "203.0.113.7").await, [403; 10]);
    for number in 10..250 {
        assert_eq!(service.guess(&guest(number), WRONG, "203.0.113.7").await["statusCode"], 429);
    }
    assert_eq!(service.guess(&guest(251), PIN, "198.51.100.9").await["statusCode"], 200);
}

#[tokio::test]
async fn a_space_allows_two_hundred_wrong_attempts_a_day_from_anywhere() {
    let service = Service::with_pin().await;
    for network in 0..20 {
        let (guests, source) = (network * 10..network * 10 + 10, format!("198.51.100.{network}"));
        assert_eq!(service.wrong_tries(guests, &source).await, [403; 10], "{network}");
    }
    let answer = service.guess(&guest(250), PIN, "203.0.113.7").await;
    assert_eq!((problem(&answer), &answer["headers"]["retry-after"]), ((429, "too_many_requests"), &json!("86400")));
    assert_eq!(role_and_reason(&service.join(&user("bob@example.com")).await), ("member", "invited"));
}

#[tokio::test]
async fn no_key_or_attribute_contains_the_address_or_the_password() {
    let service = Service::with_pin().await;
    service.guess(&guest(1), "zebra", "203.0.113.7").await;
    let limits: Vec<String> =
        service.items().iter().map(Value::to_string).filter(|item| item.contains("LIMIT#")).collect();
    assert_eq!(limits.len(), 4);
    assert!(limits.iter().all(|item| !item.contains("203.0.113") && !item.contains("zebra")), "{limits:?}");
}
