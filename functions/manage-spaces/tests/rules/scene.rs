//! A space and the people in and around it.

use std::cell::RefCell;

use jiff::{SignedDuration, Timestamp};
use manage_spaces::App;
use serde_json::{Value, json};
use spaces_auth::{GuestTokens, Secrets};
use spaces_local::harness::{self, Harness, PUBLIC_URL, SIGNING_SECRET};
use spaces_local::tokens::{self, Person};
use spaces_model::{
    Channel, Description, Founding, Guest, GuestId, Invitation, InviteId, InviteMode, Inviter, Mailing, Member,
    MemberId, Role, SpaceId, Standing, Title, UserId,
};
use spaces_store::Entrance;

/// The answer to a call.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: u64,
    pub(crate) body: Value,
}

impl Answer {
    /// The body of an answer that must be 200.
    #[track_caller]
    pub(crate) fn ok(self) -> Value {
        assert_eq!(self.status, 200, "{}", self.body);
        self.body
    }

    /// The status and the code of a problem.
    #[track_caller]
    pub(crate) fn problem(&self) -> (u64, &str) {
        (self.status, self.body["code"].as_str().unwrap_or_default())
    }
}

/// 403 `forbidden`.
pub(crate) const FORBIDDEN: (u64, &str) = (403, "forbidden");

/// A space of which Alice (of the company example.com) is the only admin, made by the service app acting for her.
pub(crate) struct Scene {
    pub(crate) harness: Harness,
    app: App,
    pub(crate) space: SpaceId,
    now: RefCell<Timestamp>,
}

impl Scene {
    pub(crate) async fn new() -> Self {
        let harness = Harness::start().await.unwrap();
        let app = App::from_env(&harness.env().unwrap(), harness::sources_at(harness::now())).unwrap();
        let space = SpaceId::from_bytes([0x77; 12]);
        let scene = Self { harness, app, space, now: RefCell::new(harness::now()) };
        scene.harness.store.create(&founding(space)).await.unwrap();
        scene
    }

    /// Puts another invitation to the space, made by this person: one that founded another space, moved here.
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

    /// Lets people with these names join, as this role.
    pub(crate) async fn join(&self, role: Role, names: &[&str]) {
        for name in names {
            self.admit(MemberId::User(user_id(name)), name, role).await;
        }
    }

    /// Lets somebody join.
    pub(crate) async fn admit(&self, id: MemberId, name: &str, role: Role) {
        // Each some seconds after the one before.
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
            version: 0,
        };
        let entrance = Entrance { made: joined, names_them: true };
        self.harness.store.admit(self.space, member, None, entrance).await.unwrap().unwrap();
    }

    /// Calls as the user with this name, a guest (`kay`) or the service app (`app`). `{s}` in the path is the space.
    pub(crate) async fn call(&self, who: &str, method: &str, path: &str, body: Value) -> Answer {
        self.call_with(who, method, path, body, None).await
    }

    /// The same, with the password of a space.
    pub(crate) async fn call_with(
        &self,
        who: &str,
        method: &str,
        path: &str,
        body: Value,
        password: Option<&str>,
    ) -> Answer {
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
        event["headers"]["authorization"] = json!(authorization(who));
        event["headers"]["content-type"] = json!("application/json");
        if let Some(password) = password {
            event["headers"]["spaces-x-space-password"] = json!(password);
        }
        if !body.is_null() {
            event["body"] = json!(body.to_string());
        }
        let answer = harness::answer(event, |request| self.app.answer(request)).await.unwrap();
        Answer { status: answer["statusCode"].as_u64().unwrap(), body: answer["body"].clone() }
    }

    pub(crate) async fn get(&self, who: &str, path: &str) -> Answer {
        self.call(who, "GET", path, Value::Null).await
    }

    pub(crate) async fn post(&self, who: &str, path: &str, body: Value) -> Answer {
        self.call(who, "POST", path, body).await
    }

    pub(crate) async fn delete(&self, who: &str, path: &str) -> Answer {
        self.call(who, "DELETE", path, Value::Null).await
    }

    /// Gives somebody a role by the API.
    pub(crate) async fn give(&self, who: &str, whom: &str, role: &str) -> Answer {
        let path = format!("/api/spaces/{{s}}/attendees/userid/{}", user_id(whom));
        self.post(who, &path, json!({ "role": role })).await
    }

    /// Removes somebody by the API.
    pub(crate) async fn remove(&self, who: &str, whom: &str) -> Answer {
        self.delete(who, &format!("/api/spaces/{{s}}/attendees/userid/{}", user_id(whom))).await
    }

    /// The membership of somebody, whatever became of it.
    pub(crate) async fn membership(&self, name: &str) -> Option<Member> {
        self.harness.store.membership(self.space, MemberId::User(user_id(name))).await.unwrap()
    }

    /// The role of somebody who is a member.
    pub(crate) async fn role(&self, name: &str) -> Option<Role> {
        self.membership(name).await.filter(Member::is_present).map(|member| member.role)
    }

    /// Checks that the space counts the admins that it has.
    pub(crate) async fn assert_admins(&self, expected: u64) {
        let members = self.harness.store.members(self.space, 1_000).await.unwrap();
        let admins = members.iter().filter(|member| member.is_admin()).count() as u64;
        assert_eq!((self.item()["admins"].as_u64(), admins), (Some(expected), expected));
    }

    /// The item of the space.
    pub(crate) fn item(&self) -> Value {
        let pk = format!("SPACE#{}", self.space);
        let mut items = self.harness.dynamo.items().unwrap().into_iter();
        items.find(|item| item["pk"] == pk && item["sk"] == "SPACE").unwrap()
    }

    /// Writes an attribute of the space's item as nobody can by the API.
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
        inviter: Inviter { id: user_id("alice"), name: None, email: None, zone: None },
        acted_by,
        creator: user_id("alice"),
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

/// The id of the user with this name: of the company example.com, or of another one if the name begins with `far`.
pub(crate) fn user_id(name: &str) -> UserId {
    match name {
        "app" => Person::with_email(tokens::SERVICE_APP_EMAIL.parse().unwrap()).id,
        name => person(name).id,
    }
}

/// The guest.
pub(crate) fn kay() -> GuestId {
    GuestId::from_bytes([7; 12])
}

fn person(name: &str) -> Person {
    let domain = if name.starts_with("far") { "example.net" } else { "example.com" };
    Person { name: Some(name.to_owned()), ..Person::with_email(format!("{name}@{domain}").parse().unwrap()) }
}

fn authorization(who: &str) -> String {
    let now = harness::now();
    match who {
        "app" => format!("service_app {}", tokens::service_app(PUBLIC_URL, "", now).unwrap()),
        "kay" => {
            let secrets = Secrets::new(SIGNING_SECRET, None).unwrap();
            let guests = GuestTokens::new(&secrets, PUBLIC_URL, PUBLIC_URL, SignedDuration::from_hours(24)).unwrap();
            let guest = Guest { id: kay(), display_name: "Kay".to_owned() };
            format!("jwt {}", guests.issue(&guest, [1; 16], now).unwrap())
        }
        name => format!("jwt {}", tokens::user(&person(name), now).unwrap()),
    }
}

fn decoded(value: &str) -> String {
    value.replace("%5E", "^").replace("%24", "$").replace('+', " ")
}
