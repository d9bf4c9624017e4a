//! The whole API: its functions over one table, and the people who call it.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use spaces_http::{Body, Request, Response, Sources};
use spaces_local::harness::{self, Harness, PUBLIC_URL};
use spaces_local::tokens::{self, DevelopmentUser};

/// A caller, identified by the name in their token.
///
/// `nobody` has no credentials, `kay` is an anonymous guest, `app` is the service app, and only `fay` has an address of
/// another domain.
pub(crate) type Name = &'static str;

/// The functions behind the API, over one table.
pub(crate) struct World {
    pub(crate) harness: Harness,
    create: create_space_invite::App,
    join: join_invite::App,
    login: anonymous_login::App,
    manage: manage_spaces::App,
    stop: stop_mail::App,
    relay: relay_outbox::App,
    relayed: Mutex<Option<String>>,
    clock: Arc<AtomicI64>,
    guest: String,
    guest_id: String,
}

/// A response of the API.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u64,
    pub(crate) headers: Value,
    pub(crate) body: Value,
}

impl World {
    pub(crate) async fn start() -> Self {
        Box::pin(Self::with(&[])).await
    }

    /// Starts the functions with these environment variables in addition to the harness's.
    pub(crate) async fn with(variables: &[(&str, &str)]) -> Self {
        let harness = Harness::start().await.unwrap();
        let mut env = harness.env().unwrap();
        for (name, value) in variables {
            env.set(*name, *value);
        }
        let clock = Arc::new(AtomicI64::new(harness::now().as_second()));
        let sources = || sources(Arc::clone(&clock));
        let mut world = Self {
            create: create_space_invite::App::from_env(&env, sources()).unwrap(),
            join: join_invite::App::from_env(&env, sources()).unwrap(),
            login: anonymous_login::App::from_env(&env, sources()).unwrap(),
            manage: manage_spaces::App::from_env(&env, sources()).unwrap(),
            stop: stop_mail::App::from_env(&env, sources()).unwrap(),
            relay: relay_outbox::App::from_env(&env, sources()).unwrap(),
            relayed: Mutex::default(),
            clock: Arc::clone(&clock),
            harness,
            guest: String::new(),
            guest_id: String::new(),
        };
        world.guest = world.guest_token("kay").await;
        let kay = world.call("kay", "GET", "/api/users/me", Value::Null).await.ok();
        kay["_id"].as_str().unwrap().clone_into(&mut world.guest_id);
        world
    }

    /// Returns the id of `kay`.
    pub(crate) fn guest_id(&self) -> &str {
        &self.guest_id
    }

    /// Logs a guest in, and returns the token.
    pub(crate) async fn guest_token(&self, name: &str) -> String {
        let answer = self.call("nobody", "POST", "/api/anonymous/auth", json!({ "displayname": name })).await;
        answer.body["token"].as_str().unwrap().to_owned()
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_second(self.clock.load(Ordering::Relaxed)).unwrap()
    }

    /// Advances the clock.
    pub(crate) fn pass(&self, time: SignedDuration) {
        self.clock.fetch_add(time.as_secs(), Ordering::Relaxed);
    }

    /// Relays all changes of the table since the last call.
    pub(crate) async fn relay(&self) {
        loop {
            let last = self.relayed.lock().unwrap().clone();
            let records = self.harness.dynamo.stream().after(last.as_deref()).unwrap();
            let Some(record) = records.last() else { return };
            let last = record["dynamodb"]["SequenceNumber"].as_str().map(str::to_owned);
            let batch = serde_json::from_value(json!({ "Records": records })).unwrap();
            let failed = self.relay.relay(batch).await.batch_item_failures;
            assert!(failed.is_empty(), "{failed:?}");
            *self.relayed.lock().unwrap() = last;
        }
    }

    /// Returns the `Authorization` header of a caller.
    pub(crate) fn authorization(&self, name: Name) -> Option<String> {
        match name {
            "nobody" => None,
            "kay" => Some(format!("jwt {}", self.guest)),
            "app" => {
                let scope = tokens::ACT_AS_SCOPE;
                Some(format!("service_app {}", tokens::service_app(PUBLIC_URL, scope, self.now()).unwrap()))
            }
            name => Some(format!("jwt {}", tokens::user(&person(name), self.now()).unwrap())),
        }
    }

    /// Calls the API with a JSON body, or without a body if `body` is null.
    pub(crate) async fn call(&self, name: Name, method: &str, path: &str, body: Value) -> Answer {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.send(name, method, path, &[("content-type", "application/json")], &body).await
    }

    /// Calls the API with a token of `person`.
    pub(crate) async fn call_as(&self, person: &DevelopmentUser, method: &str, path: &str, body: Value) -> Answer {
        let authorization = format!("jwt {}", tokens::user(person, self.now()).unwrap());
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let headers = [("content-type", "application/json"), ("authorization", &authorization)];
        self.send("nobody", method, path, &headers, &body).await
    }

    /// Calls the API with these headers, whose names are in lower case, and this body.
    pub(crate) async fn send(
        &self,
        name: Name,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let event = self.event(name, method, path, headers, body);
        let answer = harness::answer(event, |request| self.route(request)).await.unwrap();
        let status = answer["statusCode"].as_u64().unwrap();
        Answer { status, headers: answer["headers"].clone(), body: answer["body"].clone() }
    }

    /// Returns the unparsed body of the response to a `GET`.
    pub(crate) async fn text(&self, name: Name, path: &str) -> String {
        harness::body(self.event(name, "GET", path, &[], ""), |request| self.route(request)).await.unwrap()
    }

    fn event(&self, name: Name, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Value {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let mut event = harness::event("manage-spaces", "200-me").unwrap();
        event["rawPath"] = json!(path);
        event["rawQueryString"] = json!(query);
        let parameters = query.split('&').filter(|pair| !pair.is_empty());
        let parameters = parameters.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        event["queryStringParameters"] = parameters.map(|(name, value)| (name.to_owned(), json!(value))).collect();
        event["requestContext"]["http"]["path"] = json!(path);
        event["requestContext"]["http"]["method"] = json!(method);
        event["body"] = json!(body);
        let fields = event["headers"].as_object_mut().unwrap();
        fields.remove("authorization");
        if let Some(authorization) = self.authorization(name) {
            fields.insert("authorization".to_owned(), json!(authorization));
        }
        for (header, value) in headers {
            fields.insert((*header).to_owned(), json!(value));
        }
        event
    }

    /// Sends a request to the function that serves its path in a deployment.
    async fn route(&self, request: Request) -> Response<Body> {
        let path = request.uri().path().replace("/topics", "/spaces");
        let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
        match segments.as_slice() {
            ["api", "spaces", "invite"] => self.create.answer(request).await,
            ["api", "spaces", "invites", _, "join"] | ["spaces", ..] => self.join.answer(request).await,
            ["mail", "stop", _] => self.stop.answer(request).await,
            ["api", "anonymous", "auth"] | [".well-known", ..] => self.login.answer(request).await,
            _ => self.manage.answer(request).await,
        }
    }
}

impl Answer {
    /// Returns the body of a response that must be successful.
    pub(crate) fn ok(self) -> Value {
        assert_eq!(self.status, 200, "{}", self.body);
        self.body
    }
}

/// Returns the person with this name.
pub(crate) fn person(name: &str) -> DevelopmentUser {
    let domain = if name == "fay" { "elsewhere.example" } else { "example.com" };
    let person = DevelopmentUser::with_email(format!("{name}@{domain}").parse().unwrap());
    DevelopmentUser { name: Some(name.to_owned()), ..person }
}

/// Returns the user id of the person with this name.
pub(crate) fn id(name: &str) -> String {
    person(name).id.to_string()
}

/// Returns a clock that tests set, and random bytes that never repeat.
fn sources(clock: Arc<AtomicI64>) -> Sources {
    static DRAWN: AtomicU64 = AtomicU64::new(1);
    Sources::new(
        move || Timestamp::from_second(clock.load(Ordering::Relaxed)).unwrap(),
        |bytes| {
            let drawn = DRAWN.fetch_add(1, Ordering::Relaxed).to_be_bytes();
            for (byte, value) in bytes.iter_mut().zip(drawn) {
                *byte = value;
            }
        },
    )
}
