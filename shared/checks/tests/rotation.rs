//! Rotating the secret without an outage: during a deployment, instances of one step run alongside those of the next.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};
use spaces_http::{Env, Sources};
use spaces_local::harness::{self, Harness};

const OLD: &str = "the old secret for tests, of more than forty characters";
const NEW: &str = "the new secret for tests, which is at least as long as it";

/// The current and the previous secret, before the rotation and after each of its steps.
const STEPS: [(&str, &str); 4] = [(OLD, ""), (OLD, NEW), (NEW, OLD), (NEW, "")];

/// Steps whose instances can run at the same time.
const NEIGHBOURS: [(usize, usize); 6] = [(0, 1), (1, 0), (1, 2), (2, 1), (2, 3), (3, 2)];

struct Service(Harness);

impl Service {
    async fn start() -> Self {
        Self(Harness::start().await.unwrap())
    }

    fn env(&self, step: usize) -> Env {
        let (current, previous) = STEPS[step];
        let mut env = self.0.env().unwrap();
        env.set("SIGNING_SECRET", current);
        env.set("SIGNING_SECRET_PREVIOUS", previous);
        env
    }

    /// Returns the environment of an instance of this step that has no secret, only the service's public keys.
    async fn env_of_reader(&self, step: usize) -> Env {
        let mut env = self.env(step);
        env.set("SIGNING_SECRET", "");
        env.set("SIGNING_SECRET_PREVIOUS", "none");
        env.set("GUEST_JWKS", self.jwks(step).await.to_string());
        env
    }

    async fn jwks(&self, step: usize) -> Value {
        let app = anonymous_login::App::from_env(&self.env(step), sources()).unwrap();
        let event = harness::event("anonymous-login", "200-jwks").unwrap();
        harness::answer(event, |request| app.answer(request)).await.unwrap()["body"].clone()
    }

    /// Returns a guest token from an instance of this step.
    async fn log_in(&self, step: usize) -> String {
        let app = anonymous_login::App::from_env(&self.env(step), sources()).unwrap();
        let event = harness::event("anonymous-login", "200-display-name").unwrap();
        let answer = harness::answer(event, |request| app.answer(request)).await.unwrap();
        answer["body"]["token"].as_str().unwrap().to_owned()
    }

    /// Returns the ids of the public keys that an instance of this step publishes.
    async fn keys(&self, step: usize) -> BTreeSet<String> {
        let jwks = self.jwks(step).await;
        let keys = jwks["keys"].as_array().unwrap();
        keys.iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
    }

    /// Returns the status and the role reason of a guest's join at an instance of this step.
    async fn join(&self, step: usize, token: &str) -> (Value, Value) {
        let app = join_invite::App::from_env(&self.env_of_reader(step).await, sources()).unwrap();
        let mut event = harness::event("join-invite", "200-invited-by-address").unwrap();
        event["headers"]["authorization"] = json!(format!("jwt {token}"));
        let answer = harness::answer(event, |request| app.answer(request)).await.unwrap();
        (answer["statusCode"].clone(), answer["body"]["roleReason"].clone())
    }
}

/// Returns a fixed clock, and random bytes that never repeat.
fn sources() -> Sources {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    Sources::new(harness::now, |bytes| {
        bytes.fill(0);
        bytes[..8].copy_from_slice(&NEXT.fetch_add(1, Ordering::Relaxed).to_be_bytes());
    })
}

#[tokio::test]
async fn a_guest_can_join_at_instances_of_neighbouring_steps() {
    let service = Service::start().await;
    for (issued, used) in NEIGHBOURS {
        let token = service.log_in(issued).await;
        assert_eq!(service.join(used, &token).await, (json!(200), json!("anonymous")), "{issued} at {used}");
    }
}

#[tokio::test]
async fn an_older_guest_can_join_until_the_old_secret_is_removed() {
    let service = Service::start().await;
    let token = service.log_in(0).await;
    for (step, status) in [(0, 200), (1, 200), (2, 200), (3, 401)] {
        assert_eq!(service.join(step, &token).await.0, json!(status), "{step}");
    }
}

#[tokio::test]
async fn without_the_first_step_old_instances_would_reject_new_guests() {
    let service = Service::start().await;
    let token = service.log_in(2).await;
    assert_eq!(service.join(0, &token).await.0, json!(401));
}

#[tokio::test]
async fn both_keys_are_published_while_tokens_of_both_are_accepted() {
    let service = Service::start().await;
    let (old, new) = (service.keys(0).await, service.keys(3).await);
    assert_eq!((old.len(), new.len(), old.is_disjoint(&new)), (1, 1, true));
    let both: BTreeSet<_> = old.union(&new).cloned().collect();
    for step in [1, 2] {
        assert_eq!(service.keys(step).await, both, "{step}");
    }
}
