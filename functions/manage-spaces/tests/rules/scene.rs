//! A space and the people in and around it.

use std::cell::RefCell;
use std::rc::Rc;

use jiff::{SignedDuration, Timestamp};
use manage_spaces::App;
use serde_json::{Value, json};
use spaces_auth::{GuestTokens, Secrets};
use spaces_local::harness::{self, Harness, PUBLIC_URL, SIGNING_SECRET};
use spaces_local::tokens::{self, DevelopmentUser};
use spaces_model::{
    Card, Channel, Description, Founding, Guest, GuestId, Invitation, InviteId, InviteMode, Inviter, Mailing, Member,
    MemberId, Role, SpaceId, SpaceKind, Standing, Title, UserId,
};
use spaces_store::Entrance;

/// The response to a call.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: u64,
    pub(crate) body: Value,
    pub(crate) retry_after: Option<String>,
}

impl Answer {
    /// Returns the body of a response that must be 200.
    #[track_caller]
    pub(crate) fn ok(self) -> Value {
        assert_eq!(self.status, 200, "{}", self.body);
        self.body
    }

    /// Returns the status and the code of a problem.
    #[track_caller]
    pub(crate) fn problem(&self) -> (u64, &str) {
        (self.status, self.body["code"].as_str().unwrap_or_default())
    }
}

/// 403 `forbidden`.
pub(crate) const FORBIDDEN: (u64, &str) = (403, "forbidden");

/// A space whose only admin is Alice, of the company example.com. The service app created it, acting for her.
pub(crate) struct Scene {
    pub(crate) harness: Rc<Harness>,
    app: App,
    pub(crate) space: SpaceId,
    now: RefCell<Timestamp>,
    /// The time on the function's clock.
    at: Timestamp,
}

impl Scene {
    pub(crate) async fn new() -> Self {
        let harness = Rc::new(Harness::start().await.unwrap());
        let scene = Self::at(harness, harness::now());
        scene.harness.store.create(&founding(scene.space)).await.unwrap();
        // A service app created it for Alice, and she has opened it.
        let held = scene.membership("alice").await.unwrap();
        let (opened, entrance) =
            (Member { own_act: true, ..held.clone() }, Entrance { made: scene.at, names_them: true });
        scene.harness.store.admit(scene.space, opened, Some(held), entrance).await.unwrap().unwrap();
        scene
    }

    /// Returns the same space at a later time.
    pub(crate) fn later(&self, after: SignedDuration) -> Self {
        Self::at(Rc::clone(&self.harness), self.at + after)
    }

    fn at(harness: Rc<Harness>, at: Timestamp) -> Self {
        let app = App::from_env(&harness.env().unwrap(), harness::sources_at(at)).unwrap();
        Self { harness, app, space: SpaceId::from_bytes([0x77; 12]), now: RefCell::new(at), at }
    }

    /// Puts another invitation to the space, by this person. It is copied from one that founded another space.
    pub(crate) async fn invite(&self, number: u8, maker: &str, expires: Timestamp) -> InviteId {
        let (id, elsewhere) = (InviteId::from_bytes([number; 12]), SpaceId::from_bytes([number; 12]));
        let invitation = Invitation { id, creator: user_id(maker), expires, ..founding(elsewhere) };
        self.harness.store.create(&invitation).await.unwrap();
        let items = self.harness.dynamo.raw_items().unwrap();
        let is_it = |item: &Value| item["sk"]["S"] == "INVITE" && item["id"]["S"] == id.to_string();
        let mut item = items.into_iter().find(is_it).unwrap();
        item.as_object_mut().unwrap().remove("founds");
        item["space"]["S"] = json!(self.space.to_string());
        item["gsi2pk"]["S"] = json!(format!("SPACE#{}", self.space));
        self.harness.dynamo.put(&item).unwrap();
        id
    }

    /// Lets people with these names join with this role.
    pub(crate) async fn join(&self, role: Role, names: &[&str]) {
        for name in names {
            self.admit(MemberId::User(user_id(name)), name, role).await;
        }
    }

    /// Lets a person join.
    pub(crate) async fn admit(&self, id: MemberId, name: &str, role: Role) {
        // Each person joins a few seconds after the one before.
        let joined = *self.now.borrow() + SignedDuration::from_secs(5);
        *self.now.borrow_mut() = joined;
        let member = Member {
            id,
            role,
            role_set: None,
            display_name: name.to_owned(),
            joined,
            own_act: true,
            invite: None,
            standing: Standing::Present,
            card: Card::new(SpaceKind::Group, joined),
            version: 0,
        };
        let entrance = Entrance { made: joined, names_them: true };
        self.harness.store.admit(self.space, member, None, entrance).await.unwrap().unwrap();
    }

    /// Calls as the user with this name, a guest (`kay`) or the service app (`app`). `{s}` in the path is replaced with
    /// the space.
    pub(crate) async fn call(&self, who: &str, method: &str, path: &str, body: Value) -> Answer {
        self.call_with(who, method, path, body, &[]).await
    }

    /// Calls with additional headers.
    pub(crate) async fn call_with(
        &self,
        who: &str,
        method: &str,
        path: &str,
        body: Value,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut event = self.event(who, method, path);
        for (name, value) in headers {
            event["headers"][name] = json!(value);
        }
        if !body.is_null() {
            event["body"] = json!(body.to_string());
        }
        let answer = harness::answer(event, |request| self.app.answer(request)).await.unwrap();
        let retry_after = answer["headers"]["retry-after"].as_str().map(str::to_owned);
        Answer { status: answer["statusCode"].as_u64().unwrap(), body: answer["body"].clone(), retry_after }
    }

    /// Returns the text of the response to a `GET`.
    pub(crate) async fn text(&self, who: &str, path: &str) -> String {
        harness::body(self.event(who, "GET", path), |request| self.app.answer(request)).await.unwrap()
    }

    fn event(&self, who: &str, method: &str, path: &str) -> Value {
        let path = path.replace("{s}", &self.space.to_string());
        let (path, query) = path.split_once('?').unwrap_or((&path, ""));
        let mut event = harness::event("manage-spaces", "200-me").unwrap();
        event["rawPath"] = json!(path);
        event["rawQueryString"] = json!(query);
        let parameters = query.split('&').filter(|pair| !pair.is_empty());
        let parameters = parameters.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        event["queryStringParameters"] =
            parameters.map(|(name, value)| (name.to_owned(), json!(decoded(value)))).collect();
        event["requestContext"]["http"]["path"] = json!(path);
        event["requestContext"]["http"]["method"] = json!(method);
        event["headers"]["authorization"] = json!(authorization(who, self.at));
        event["headers"]["content-type"] = json!("application/json");
        event
    }

    pub(crate) async fn get(&self, who: &str, path: &str) -> Answer {
        self.call(who, "GET", path, Value::Null).await
    }

    pub(crate) async fn post(&self, who: &str, path: &str, body: Value) -> Answer {
        self.call(who, "POST", path, body).await
    }

    /// Posts with an `Idempotency-Key`.
    pub(crate) async fn post_with_key(&self, who: &str, path: &str, body: Value, key: &str) -> Answer {
        self.call_with(who, "POST", path, body, &[("idempotency-key", key)]).await
    }

    pub(crate) async fn delete(&self, who: &str, path: &str) -> Answer {
        self.call(who, "DELETE", path, Value::Null).await
    }

    /// Gives a person a role through the API.
    pub(crate) async fn give(&self, who: &str, whom: &str, role: &str) -> Answer {
        let path = format!("/api/spaces/{{s}}/attendees/userid/{}", user_id(whom));
        self.post(who, &path, json!({ "role": role })).await
    }

    /// Removes a person through the API.
    pub(crate) async fn remove(&self, who: &str, whom: &str) -> Answer {
        self.delete(who, &format!("/api/spaces/{{s}}/attendees/userid/{}", user_id(whom))).await
    }

    /// Returns a person's membership, present or not.
    pub(crate) async fn membership(&self, name: &str) -> Option<Member> {
        self.harness.store.membership(self.space, MemberId::User(user_id(name))).await.unwrap()
    }

    /// Returns the role of a present member.
    pub(crate) async fn role(&self, name: &str) -> Option<Role> {
        self.membership(name).await.filter(Member::is_present).map(|member| member.role)
    }

    /// Checks the space's count of admins.
    pub(crate) async fn assert_admins(&self, expected: u64) {
        let members = self.harness.store.members(self.space, 1_000).await.unwrap();
        let admins = members.iter().filter(|member| member.is_admin()).count() as u64;
        assert_eq!((self.item()["admins"].as_u64(), admins), (Some(expected), expected));
    }

    /// Returns the item of the space.
    pub(crate) fn item(&self) -> Value {
        let pk = format!("SPACE#{}", self.space);
        let mut items = self.harness.dynamo.items().unwrap().into_iter();
        items.find(|item| item["pk"] == pk && item["sk"] == "SPACE").unwrap()
    }

    /// Writes an attribute of the space's item that the API cannot write.
    pub(crate) fn set(&self, pointer: &str, value: Value) {
        let pk = format!("SPACE#{}", self.space);
        let mut items = self.harness.dynamo.raw_items().unwrap();
        let is_space = |item: &&mut Value| item["pk"]["S"] == pk && item["sk"]["S"] == "SPACE";
        let item = items.iter_mut().find(is_space).unwrap();
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        item.pointer_mut(parent).unwrap()[name] = value;
        self.harness.dynamo.put(item).unwrap();
    }
}

fn founding(space: SpaceId) -> Invitation {
    let acted_by = Some(tokens::SERVICE_APP_ID.parse().unwrap());
    Invitation {
        id: InviteId::from_bytes([0x66; 12]),
        space,
        founds: Some(Founding {
            title: Title::new("Planning").unwrap(),
            description: Description::new("Who does what.").unwrap(),
            creator: user_id("alice"),
            creator_name: "alice".to_owned(),
            acted_by: acted_by.clone(),
            member_only: true,
        }),
        invitees: vec![],
        mode: InviteMode::Invite,
        channel: Channel::Client,
        language: None,
        starts: None,
        ends: None,
        creator: user_id("alice"),
        inviter: Inviter { id: user_id("alice"), name: None, email: None, zone: None },
        acted_by,
        created: harness::now() - SignedDuration::from_hours(1),
        updated: harness::now() - SignedDuration::from_hours(1),
        expires: harness::now() + SignedDuration::from_hours(24),
        revoked: None,
        version: 0,
        sequence: 0,
        revised: 0,
        mailing: Mailing::FIRST,
        request_hash: [0; 32],
    }
}

/// Returns the id of the user with this name, of the company example.com, or of another one if the name begins with
/// `far`.
pub(crate) fn user_id(name: &str) -> UserId {
    match name {
        "app" => DevelopmentUser::with_email(tokens::SERVICE_APP_EMAIL.parse().unwrap()).id,
        name => person(name).id,
    }
}

/// The guest.
pub(crate) fn kay() -> GuestId {
    GuestId::from_bytes([7; 12])
}

fn person(name: &str) -> DevelopmentUser {
    let domain = if name.starts_with("far") { "example.net" } else { "example.com" };
    DevelopmentUser {
        name: Some(name.to_owned()),
        ..DevelopmentUser::with_email(format!("{name}@{domain}").parse().unwrap())
    }
}

fn authorization(who: &str, now: Timestamp) -> String {
    match who {
        "app" => format!("service_app {}", tokens::service_app(PUBLIC_URL, "", now).unwrap()),
        "kay" => {
            let secrets = Secrets::new(SIGNING_SECRET, None).unwrap();
            let guests = GuestTokens::new(&secrets, PUBLIC_URL, PUBLIC_URL, SignedDuration::from_hours(24)).unwrap();
            let guest = Guest { id: kay(), display_name: "Kay".to_owned(), came_by: None };
            format!("jwt {}", guests.issue(&guest, [1; 16], now).unwrap())
        }
        name => format!("jwt {}", tokens::user(&person(name), now).unwrap()),
    }
}

fn decoded(value: &str) -> String {
    value.replace("%5E", "^").replace("%24", "$").replace('+', " ")
}
