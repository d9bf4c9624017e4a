//! The call sequences of the original's public clients, with the fields that each client reads, in both spellings of
//! the paths.

use jiff::SignedDuration;
use serde_json::{Value, json};
use spaces_local::harness::PUBLIC_URL;
use spaces_local::tokens;

use crate::world::{Answer, Name, World, id};

const NOBODY: Value = Value::Null;

/// A client that uses one of the two spellings of the paths.
struct Client {
    world: World,
    is_legacy: bool,
}

impl Client {
    /// Starts the service and adds all people to the directory and the index.
    async fn start(is_legacy: bool) -> Self {
        let world = World::start().await;
        for name in ["dora", "bob", "cora", "stan", "fay"] {
            world.call(name, "GET", "/api/users/me", NOBODY).await.ok();
            world.harness.store.index_user(id(name).parse().unwrap(), &[]).await.unwrap();
        }
        Self { world, is_legacy }
    }

    /// Returns the path in this client's spelling.
    fn path(&self, path: &str) -> String {
        if self.is_legacy { path.replacen("/spaces", "/topics", 1) } else { path.to_owned() }
    }

    async fn call(&self, who: Name, method: &str, path: &str, body: Value) -> Answer {
        self.world.call(who, method, &self.path(path), body).await
    }

    async fn get(&self, who: Name, path: &str) -> Value {
        self.call(who, "GET", path, NOBODY).await.ok()
    }

    async fn post(&self, who: Name, path: &str, body: Value) -> Value {
        self.call(who, "POST", path, body).await.ok()
    }

    async fn delete(&self, who: Name, path: &str) -> Value {
        let deleted = self.call(who, "DELETE", path, NOBODY).await.ok();
        assert!(deleted.is_object(), "{deleted}");
        deleted
    }

    /// Makes a call with a guest's token and no other credentials.
    async fn as_guest(&self, token: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        let authorization = format!("jwt {token}");
        let headers: Vec<_> = headers.iter().copied().chain([("authorization", authorization.as_str())]).collect();
        self.world.send("nobody", "GET", &self.path(path), &headers, "").await
    }

    /// Creates a space of Dora's without invitees.
    async fn space(&self, title: &str) -> String {
        let made =
            self.post("dora", "/api/spaces/invite", json!({ "topic": { "title": title }, "invitees": [] })).await;
        text(&made["data"][0]["topicId"])
    }
}

#[track_caller]
fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn names<'a>(list: &'a Value, field: &str) -> Vec<&'a str> {
    list["data"].as_array().unwrap().iter().map(|item| item[field].as_str().unwrap()).collect()
}

/// Returns the last URL in a text.
fn last_url(text: &str) -> &str {
    text.split_whitespace().rfind(|word| word.starts_with("http")).unwrap()
}

/// Runs a flow in both spellings of the paths.
macro_rules! flow {
    ($name:ident, $flow:ident) => {
        #[tokio::test]
        async fn $name() {
            for is_legacy in [false, true] {
                Box::pin($flow(Client::start(is_legacy).await)).await;
            }
        }
    };
}

flow!(a_bot_finds_itself_its_spaces_and_their_members_and_invites, bot);

async fn bot(client: Client) {
    let space = client.space("Stand-up").await;
    client.space("Retrospective").await;
    let me = client.world.text("dora", "/api/users/me").await;
    let start = r#"{"_id":""#;
    assert!(me.starts_with(start) && me.matches(r#""_id":""#).count() == 1, "{me}");
    assert_eq!(me.strip_prefix(start).unwrap().split('"').next(), Some(id("dora").as_str()));
    let spaces = client.get("dora", "/api/users/me/spaces?size=1").await;
    assert_eq!((&spaces["total"], &spaces["from"], &spaces["to"]), (&json!(2), &json!(1), &json!(1)));
    let next = text(&spaces["nextPageUrl"]);
    assert!(next.starts_with("/api/users/me/"), "{next}");
    let rest = client.world.call("dora", "GET", &next, NOBODY).await.ok();
    assert_eq!((&rest["from"], &rest["to"], rest.get("nextPageUrl")), (&json!(2), &json!(2), None));
    let found = [&spaces["data"][0], &rest["data"][0]];
    let found = found.into_iter().find(|found| found["title"] == "Stand-up").unwrap();
    assert_eq!((&found["_id"], &found["targetId"], &found["role"]), (&json!(space), &json!(space), &json!("admin")));
    let members = client.get("dora", &format!("/api/spaces/{space}/members?size=100")).await;
    assert_eq!(names(&members, "member"), [id("dora")]);
    assert_eq!(
        (&members["data"][0]["memberType"], &members["data"][0]["displayname"]),
        (&json!("userId"), &json!("dora"))
    );
    let body = json!({ "invitees": [{ "inviteeType": "userId", "invitee": id("bob"), "role": "MEMBER" }] });
    let invited = client.post("dora", &format!("/api/spaces/{space}/invite"), body).await;
    let by_id = json!({ "inviteeType": "userId", "invitee": id("bob"), "role": "member" });
    assert_eq!((&invited["data"][0]["topicId"], &invited["data"][0]["invitees"]), (&json!(space), &json!([by_id])));
}

flow!(a_scheduler_creates_a_meeting_and_sends_the_last_url_of_the_text_itself, scheduler);

async fn scheduler(client: Client) {
    let start = client.world.now() + SignedDuration::from_hours(24);
    let body = json!({
        "topic": { "id": null, "title": "Planning", "type": "group", "description": "" },
        "invitees": [{ "inviteeType": "email", "invitee": "bob@example.com", "role": "member" }],
        "startDateTime": start.to_string(), "endDateTime": (start + SignedDuration::from_hours(1)).to_string(),
        "informChannel": "client", "inviteMode": "meet", "inviteContentLanguage": "en-US",
    });
    let made = client.post("dora", "/api/spaces/invite", body).await;
    let (space, invite) = (text(&made["data"][0]["topicId"]), text(&made["data"][0]["_id"]));
    for field in ["subject", "text", "html", "language"] {
        assert!(!text(&made["inviteContent"][field]).is_empty(), "{field}");
    }
    let content = text(&made["inviteContent"]["text"]);
    let link = format!("{PUBLIC_URL}/spaces/invites/{invite}/meet");
    assert_eq!(last_url(&content), link);
    assert!(content.lines().any(|line| line.ends_with(&link)));
    let invite = link.rsplit('/').nth(1).unwrap();
    let joined = client.get("bob", &format!("/api/spaces/invites/{invite}/join?inviteInfo=bm9uc2Vuc2U%3D")).await;
    assert_eq!((&joined["topic"]["_id"], &joined["topic"]["title"]), (&json!(space), &json!("Planning")));
    assert_eq!(
        (&joined["role"], &joined["roleReason"], &joined["inviteId"]),
        (&json!("member"), &json!("invited"), &json!(invite))
    );
    assert_eq!(joined["inviteMode"], "meet");
    let times = [start, start + SignedDuration::from_hours(1)].map(spaces_model::format_time);
    assert_eq!([&joined["startDateTime"], &joined["endDateTime"]], times.each_ref());
}

flow!(an_outlook_plug_in_invites_into_the_meeting_room_changes_the_time_and_revokes, outlook);

async fn outlook(client: Client) {
    let room = client.get("dora", "/api/users/meetingroom/dora%40example.com").await;
    let space = text(&room["data"]["_id"]);
    assert_eq!((&room["data"]["type"], &room["data"]["members"][0]["role"]), (&json!("personal"), &json!("admin")));
    let start = client.world.now() + SignedDuration::from_hours(2);
    let body = |start: jiff::Timestamp| {
        json!({
            "invitees": [{ "inviteeType": "email", "invitee": "bob@example.com" }], "informChannel": "outlook",
            "startDateTime": start.to_string(), "endDateTime": (start + SignedDuration::from_mins(30)).to_string(),
        })
    };
    let made = client.post("dora", &format!("/api/spaces/{space}/invite"), body(start)).await;
    let invite = text(&made["data"][0]["_id"]);
    let html = text(&made["inviteContent"]["html"]);
    assert!(html.contains("<table") && !html.contains("<head") && html.contains(&invite), "{html}");
    let path = format!("/api/spaces/invites/{invite}");
    let mut moved = body(start + SignedDuration::from_hours(1));
    moved["_id"] = json!(invite);
    moved["topicId"] = json!(space);
    moved["version"] = json!(0);
    let updated = client.post("dora", &path, moved.clone()).await;
    let shown = &updated["data"][0];
    assert_eq!((&shown["_id"], &shown["version"], &shown["status"]), (&json!(invite), &json!(1), &json!("open")));
    assert!(text(&updated["inviteContent"]["text"]).contains(&invite));
    assert_eq!(client.call("dora", "POST", &path, moved).await.body["code"], "conflict");
    let revoked = client.delete("dora", &path).await;
    assert_eq!((&revoked["data"][0]["_id"], &revoked["data"][0]["status"]), (&json!(invite), &json!("revoked")));
    client.world.pass(SignedDuration::from_secs(6));
    let gone = client.call("bob", "GET", &format!("{path}/join"), NOBODY).await;
    assert_eq!((gone.status, &gone.body["code"]), (410, &json!("invite_revoked")));
    assert_eq!(gone.body["message"], gone.body["detail"]);
}

flow!(a_guest_logs_in_and_joins_by_id_with_the_header_of_a_page_that_knows_no_password, guest);

async fn guest(client: Client) {
    let space = client.space("Open house").await;
    let login = client.world.call("nobody", "POST", "/api/anonymous/auth", json!({ "displayname": "Gil" })).await.ok();
    let token = text(&login["token"]);
    let path = format!("/api/spaces/{space}");
    for password in ["null", "undefined"] {
        let headers = [("spaces-x-space-password", password), ("content-type", "application/json")];
        let refused = client.as_guest(&token, &format!("{path}/join"), &headers).await;
        assert_eq!((refused.status, &refused.body["code"]), (403, &json!("forbidden")));
        assert!(refused.body["message"].is_string());
    }
    let wanted = json!({ "settings": { "memberOnly": false, "confPin": "4711" } });
    client.post("dora", &path, wanted).await;
    let join = async |password| {
        client.as_guest(&token, &format!("{path}/join"), &[("spaces-x-space-password", password)]).await
    };
    for nothing in ["null", "undefined", ""] {
        assert_eq!(join(nothing).await.body["code"], "password_required");
    }
    let joined = join("4711").await.ok();
    assert_eq!((&joined["topic"]["_id"], &joined["topic"]["settings"]["confPin"]), (&json!(space), &json!("******")));
    let shown = client.as_guest(&token, &path, &[]).await.ok();
    assert_eq!(
        (&shown["_id"], &shown["title"], &shown["type"]),
        (&json!(space), &json!("Open house"), &json!("group"))
    );
    let me = client.as_guest(&token, "/api/users/me", &[]).await.ok();
    assert_eq!((&me["aType"], &me["displayname"], &me["username"]), (&json!("anonymous"), &json!("Gil"), &json!("")));
    let members = client.as_guest(&token, &format!("{path}/members"), &[]).await.ok();
    let own = members["data"].as_array().unwrap().iter().find(|member| member["member"] == me["_id"]).unwrap();
    assert_eq!((&own["memberType"], &own["role"]), (&json!("anonymousId"), &json!("guest")));
    let spaces = client.as_guest(&token, "/api/users/me/spaces", &[]).await.ok();
    assert_eq!((names(&spaces, "_id"), &spaces["data"][0]["role"]), (vec![space.as_str()], &json!("guest")));
    let removed = client.delete("dora", &format!("{path}/attendees/anonymousid/{}", text(&me["_id"]))).await;
    assert_eq!(removed, json!({ "attendee": me["_id"], "attendeeType": "anonymousId" }));
}

flow!(a_service_app_creates_for_somebody_makes_itself_admin_and_cleans_up, service_app);

async fn service_app(client: Client) {
    let headers = [("content-type", "application/json"), ("x-avaya-act-as", "dora@example.com")];
    let body = json!({
        "topic": { "title": "Ticket 4711" }, "informChannel": "client",
        "invitees": [{ "inviteeType": "email", "invitee": "bob@example.com", "role": "admin" }],
    });
    let path = client.path("/api/spaces/invite");
    let made = client.world.send("app", "POST", &path, &headers, &body.to_string()).await.ok();
    let space = text(&made["data"][0]["topicId"]);
    let path = format!("/api/spaces/{space}");
    let account = tokens::DevelopmentUser::with_email(tokens::SERVICE_APP_EMAIL.parse().unwrap()).id.to_string();
    let attendee = format!("{path}/attendees/userid/{account}");
    let admin = client.post("app", &attendee, json!({ "role": "admin" })).await;
    assert_eq!(admin, json!({ "attendee": account, "attendeeType": "userId", "role": "admin" }));
    let settings = json!({ "settings": { "memberOnly": false, "passwordRequired": { "allGuests": true } } });
    let updated = client.post("app", &path, settings).await;
    assert_eq!((&updated["_id"], &updated["cid"]), (&json!(space), &json!(id("dora"))));
    assert_eq!(
        (&updated["settings"]["memberOnly"], &updated["settings"]["passwordRequired"]["allGuests"]),
        (&json!(false), &json!(true))
    );
    let added =
        client.post("app", &format!("{path}/attendees/userid/{}", id("cora")), json!({ "role": "guest" })).await;
    assert_eq!(added["role"], "guest");
    let members = client.get("app", &format!("{path}/members")).await;
    let mut found = names(&members, "member");
    found.sort_unstable();
    let mut expected = [id("dora"), account, id("cora")];
    expected.sort_unstable();
    assert_eq!((found, &members["total"]), (expected.iter().map(String::as_str).collect(), &json!(3)));
    let colleagues = client.get("app", "/api/users/me/colleagues?search=bob").await;
    assert_eq!(names(&colleagues, "_id"), [id("bob")]);
    for _ in 0..2 {
        assert_eq!(client.delete("app", &path).await["status"], 2);
    }
}

flow!(a_messenger_finds_a_colleague_opens_the_direct_space_and_pins_it, messenger);

async fn messenger(client: Client) {
    let found = client.get("dora", "/api/users/me/colleagues?search=bo&size=10&page=0").await;
    let bob = &found["data"][0];
    assert_eq!((&bob["_id"], &bob["username"]), (&json!(id("bob")), &json!("bob@example.com")));
    assert_eq!((&bob["displayname"], &bob["name"]["givenname"]), (&json!("bob"), &json!("bob")));
    let direct = client.get("dora", &format!("/api/spaces/direct/user/{}", text(&bob["_id"]))).await;
    let space = text(&direct["data"][0]["_id"]);
    assert_eq!((&direct["data"][0]["title"], &direct["data"][0]["type"]), (&json!("bob"), &json!("direct")));
    let people = client.get("dora", "/api/users/me/people/withdm").await;
    assert_eq!((names(&people, "_id"), &people["total"]), (vec![id("bob").as_str()], &json!(1)));
    let preference =
        client.post("dora", &format!("/api/users/me/spaces/{space}/preference"), json!({ "isPinned": true })).await;
    assert_eq!((&preference["_id"], &preference["targetId"]), (&json!(space), &json!(space)));
    assert_eq!((&preference["isPinned"], &preference["userId"]), (&json!(true), &json!(id("dora"))));
    let pinned = client.get("dora", "/api/users/me/spaces?topictype=direct,group&filtertype=pinned&search=BOB").await;
    assert_eq!((&pinned["data"][0]["targetId"], &pinned["data"][0]["isPinned"]), (&json!(space), &json!(true)));
    assert_eq!(pinned["data"][0]["title"], "bob");
    let groups = client.get("dora", "/api/users/me/spaces?topictype=&filtertype").await;
    assert_eq!(names(&groups, "_id"), Vec::<&str>::new());
    let theirs = client.get("bob", "/api/users/me/spaces?topictype=all").await;
    assert_eq!((names(&theirs, "_id"), names(&theirs, "title")), (vec![space.as_str()], vec!["dora"]));
}

flow!(an_admin_console_archives_opens_and_deletes_what_it_lists, console);

async fn console(client: Client) {
    let spaces = [client.space("One").await, client.space("Two").await];
    let listed = async |status: &str| {
        let list = client.get("dora", &format!("/api/users/me/spaces?topicstatus={status}&size=100")).await;
        let mut titles: Vec<String> = names(&list, "title").into_iter().map(str::to_owned).collect();
        titles.sort_unstable();
        titles.join(" ")
    };
    let path = format!("/api/spaces/{}", spaces[0]);
    assert_eq!(client.post("dora", &format!("{path}/archive"), json!({})).await["status"], 1);
    assert_eq!([listed("all").await, listed("0").await, listed("1").await], ["One Two", "Two", "One"]);
    let closed = client.call("dora", "POST", &path, json!({ "title": "Three" })).await;
    assert_eq!((closed.status, &closed.body["code"]), (403, &json!("forbidden")));
    assert_eq!(client.post("dora", &format!("{path}/unarchive"), json!({})).await["status"], 0);
    assert_eq!(client.post("dora", &path, json!({ "title": "Three", "description": "" })).await["title"], "Three");
    let deleted = client.delete("dora", &path).await;
    assert_eq!((&deleted["_id"], &deleted["status"]), (&json!(spaces[0]), &json!(2)));
    assert_eq!(listed("all").await, "Two");
    assert_eq!(client.call("dora", "GET", &path, NOBODY).await.status, 403);
}

flow!(a_directory_tool_finds_people_by_address_and_adds_them, directory);

async fn directory(client: Client) {
    let space = client.space("Team").await;
    let addresses = json!(["bob@example.com", "CORA@example.com", "fay@elsewhere.example", "nobody@example.com"]);
    let found = client.post("dora", "/api/users/me/colleaguesbulk", addresses).await;
    assert_eq!(names(&found, "_id"), [id("bob"), id("cora")]);
    assert_eq!(names(&found, "username"), ["bob@example.com", "cora@example.com"]);
    for person in found["data"].as_array().unwrap() {
        let path = format!("/api/spaces/{space}/attendees/userid/{}", text(&person["_id"]));
        let added = client.post("dora", &path, json!({ "role": "Member" })).await;
        assert_eq!(added, json!({ "attendee": person["_id"], "attendeeType": "userId", "role": "member" }));
    }
    let path = format!("/api/spaces/{space}/members");
    let first = client.get("dora", &format!("{path}?size=2&page=0")).await;
    let second = client.world.call("dora", "GET", first["nextPageUrl"].as_str().unwrap(), NOBODY).await.ok();
    assert!(second["previousPageUrl"].is_string() && second.get("nextPageUrl").is_none());
    let all: Vec<&str> = names(&first, "member").into_iter().chain(names(&second, "member")).collect();
    assert!(all.len() == 3 && ["dora", "bob", "cora"].iter().all(|name| all.contains(&id(name).as_str())));
    let removed = client.delete("dora", &format!("/api/spaces/{space}/attendees/userid/{}", id("bob"))).await;
    assert_eq!(removed, json!({ "attendee": id("bob"), "attendeeType": "userId" }));
    let found = client.get("dora", &format!("{path}?search=co")).await;
    assert_eq!((names(&found, "displayname"), &found["total"]), (vec!["cora"], &json!(1)));
}

flow!(somebody_who_is_invited_finds_the_invitation_joins_and_leaves, inbox);

async fn inbox(client: Client) {
    let body = json!({
        "topic": { "title": "Lunch" },
        "invitees": [{ "inviteeType": "email", "invitee": "stan@example.com", "role": "admin" }],
    });
    let made = client.post("dora", "/api/spaces/invite", body).await;
    assert_eq!(made.get("inviteContent"), None);
    let space = text(&made["data"][0]["topicId"]);
    // The relay writes the items by which invitees find their invitations.
    let invite = text(&made["data"][0]["_id"]);
    let store = &client.world.harness.store;
    let invitation = store.invitation(invite.parse().unwrap()).await.unwrap().unwrap();
    store.put_deliveries(&invitation, &invitation.invitees, client.world.now()).await.unwrap();
    let open = client.get("stan", "/api/users/me/invites").await;
    let first = &open["data"][0];
    assert_eq!((&first["_id"], &first["topicId"], &first["title"]), (&json!(invite), &json!(space), &json!("Lunch")));
    assert_eq!((&first["inviterName"], &first["role"]), (&json!("dora"), &json!("admin")));
    let joined = client.get("stan", &format!("/api/spaces/invites/{invite}/join")).await;
    assert_eq!((&joined["role"], &joined["roleReason"]), (&json!("admin"), &json!("invited")));
    let own = client.get("stan", &format!("/api/spaces/{space}/invites?status=open")).await;
    assert_eq!((names(&own, "_id"), &own["data"][0]["counts"]["invited"]), (vec![invite.as_str()], &json!(1)));
    let left = client.delete("stan", &format!("/api/spaces/{space}/attendees/userid/me")).await;
    assert_eq!(left, json!({ "attendee": id("stan"), "attendeeType": "userId" }));
    assert_eq!(names(&client.get("stan", "/api/users/me/spaces").await, "_id"), Vec::<&str>::new());
}
