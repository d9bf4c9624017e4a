//! Lists of people: members, order and visible fields.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use serde_json::{Value, json};
use spaces_local::tokens::DevelopmentUser;
use spaces_model::{Email, User};

use crate::world::{World, id, person};

const LIST: &str = "/api/users/me/colleagues";

/// Returns a person with this name and company domain, whose address is derived from their number.
fn named(number: usize, name: &str, domain: &str) -> DevelopmentUser {
    let address = format!("p{number}@{domain}").parse().unwrap();
    DevelopmentUser { name: Some(name.to_owned()), ..DevelopmentUser::with_email(address) }
}

fn acme(number: usize, name: &str) -> DevelopmentUser {
    named(number, name, "acme.example")
}

/// Updates the directory and the index with these people.
async fn meet(world: &World, people: &[DevelopmentUser]) {
    for person in people {
        world.call_as(person, "GET", "/api/users/me", Value::Null).await.ok();
    }
    world.relay().await;
}

/// Adds many people of a company to the directory at once.
async fn hire(world: &World, people: &[DevelopmentUser]) {
    let store = world.harness.store.clone().with_company_domains("*".parse().unwrap());
    for person in people {
        let email = Email::Proven { address: person.email.clone(), at: Some(world.now()) };
        let claimed = User { name: person.name.clone(), email: Some(email), ..User::new(person.id) };
        store.reconcile(&claimed, world.now()).await.unwrap();
        store.index_user(person.id, &[]).await.unwrap();
    }
}

fn names(page: &Value) -> Vec<&str> {
    page["data"].as_array().unwrap().iter().map(|person| person["displayname"].as_str().unwrap()).collect()
}

/// Returns the names on all pages of a list.
async fn all(world: &World, searcher: &DevelopmentUser, path: &str) -> Vec<String> {
    let (mut found, mut next) = (Vec::new(), Some(path.to_owned()));
    while let Some(path) = next {
        let page = world.call_as(searcher, "GET", &path, Value::Null).await.ok();
        found.extend(names(&page).into_iter().map(str::to_owned));
        next = page["nextPageUrl"].as_str().map(str::to_owned);
    }
    found
}

async fn found(world: &World, searcher: &DevelopmentUser, search: &str) -> Vec<String> {
    all(world, searcher, &format!("{LIST}?search={search}")).await
}

/// Creates a space of `creator` that the others join by its link.
async fn common_space(world: &World, creator: &DevelopmentUser, others: &[&DevelopmentUser]) -> String {
    let body = json!({ "topic": { "title": "Common" }, "informChannel": "client" });
    let created = world.call_as(creator, "POST", "/api/spaces/invite", body).await.ok();
    for other in others {
        let path = format!("/api/spaces/invites/{}/join", created["data"][0]["_id"].as_str().unwrap());
        world.call_as(other, "GET", &path, Value::Null).await.ok();
    }
    created["data"][0]["topicId"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn colleagues_are_shown_with_their_addresses_and_people_with_a_space_in_common_without() {
    let world = World::start().await;
    let (ana, bob, zoe) = (acme(1, "Ana"), acme(2, "Bob"), named(3, "Zoe", "other.example"));
    let stranger = named(4, "Stranger", "other.example");
    meet(&world, &[ana.clone(), bob.clone(), zoe.clone(), stranger]).await;
    common_space(&world, &ana, &[&zoe, &bob]).await;
    let page = world.call_as(&ana, "GET", LIST, Value::Null).await.ok();
    let expected = json!([
        {
            "_id": bob.id.to_string(), "displayname": "Bob", "username": "p2@acme.example",
            "emails": [{ "primary": true, "value": "p2@acme.example" }], "picturefile": "", "phone_numbers": [],
            "name": { "givenname": "Bob", "familyname": "" },
        },
        {
            "_id": zoe.id.to_string(), "displayname": "Zoe", "username": "", "emails": [], "picturefile": "",
            "phone_numbers": [], "name": { "givenname": "Zoe", "familyname": "" },
        },
    ]);
    assert_eq!(page, json!({ "data": expected, "total": 2, "from": 1, "to": 2 }));
    let mut path = format!("/api/users/{}/colleagues", ana.id);
    assert_eq!(world.call_as(&ana, "GET", &path, Value::Null).await.ok(), page, "the caller's own id means the caller");
    path.push('/');
    assert_eq!(world.call_as(&ana, "GET", &path, Value::Null).await.ok(), page);
    assert_eq!(names(&world.call_as(&zoe, "GET", LIST, Value::Null).await.ok()), ["Ana", "Bob", "Stranger"]);
}

#[tokio::test]
async fn people_disappear_with_the_last_common_space_and_when_the_company_changes() {
    let world = World::start().await;
    let (ana, bob, zoe) = (acme(1, "Ana"), acme(2, "Bob"), named(3, "Zoe", "other.example"));
    meet(&world, &[ana.clone(), bob.clone(), zoe.clone()]).await;
    let space = common_space(&world, &ana, &[&zoe]).await;
    assert_eq!(all(&world, &ana, LIST).await, ["Bob", "Zoe"]);
    let leave = format!("/api/spaces/{space}/attendees/userid/me");
    world.call_as(&zoe, "DELETE", &leave, Value::Null).await.ok();
    assert_eq!(all(&world, &ana, LIST).await, ["Bob"]);
    common_space(&world, &ana, &[&zoe, &bob]).await;
    // Nothing was relayed, so the index still has Bob in the company.
    world.pass(SignedDuration::from_mins(1));
    let moved = DevelopmentUser { email: "bob@new.example".parse().unwrap(), ..bob.clone() };
    world.call_as(&moved, "GET", "/api/users/me", Value::Null).await.ok();
    let page = world.call_as(&ana, "GET", LIST, Value::Null).await.ok();
    assert_eq!(names(&page), ["Bob", "Zoe"], "by the space");
    assert!(!page.to_string().contains('@'), "addresses are shown only within the company: {page}");
    let deleted = common_space(&world, &ana, &[&zoe]).await;
    world.call_as(&ana, "DELETE", &format!("/api/spaces/{deleted}"), Value::Null).await.ok();
    assert_eq!(all(&world, &ana, LIST).await, ["Bob", "Zoe"]);
}

#[tokio::test]
async fn blocked_people_stay_listed_and_erased_ones_disappear() {
    let world = World::start().await;
    let (ana, bob, cleo) = (acme(1, "Ana"), acme(2, "Bob"), acme(3, "Cleo"));
    let zoe = named(4, "Zoe", "other.example");
    meet(&world, &[ana.clone(), bob.clone(), cleo.clone(), zoe.clone()]).await;
    common_space(&world, &ana, &[&zoe]).await;
    world.harness.store.block(bob.id, world.now()).await.unwrap();
    for erased in [&cleo, &zoe] {
        world.harness.dynamo.remove(&format!("USER#{}", erased.id), "USER").unwrap();
    }
    assert_eq!(all(&world, &ana, LIST).await, ["Bob"]);
    let page = world.call_as(&bob, "GET", LIST, Value::Null).await.ok();
    assert_eq!(names(&page), ["Ana"], "blocked users can still read");
}

#[tokio::test]
async fn a_company_is_an_organization_or_a_domain_but_not_a_public_mail_provider() {
    let world = World::start().await;
    let of = |number, name: &str, domain: &str, organization: &str| DevelopmentUser {
        organization: (!organization.is_empty()).then(|| organization.to_owned()),
        ..named(number, name, domain)
    };
    let people = [
        of(1, "Ana", "acme.example", "acme"),
        of(2, "Bob", "elsewhere.example", "acme"),
        of(3, "Cleo", "acme.example", ""),
        of(4, "Dan", "acme.example", ""),
        of(5, "Eve", "gmail.com", ""),
        of(6, "Fay", "gmail.com", ""),
    ];
    meet(&world, &people).await;
    for (searcher, expected) in [(0, &["Bob"][..]), (1, &["Ana"]), (2, &["Dan"]), (4, &[])] {
        assert_eq!(all(&world, &people[searcher], LIST).await, expected, "{}", people[searcher].email.as_typed());
    }
}

#[tokio::test]
async fn a_service_app_sees_the_company_of_its_registered_address_and_guests_see_nobody() {
    let world = World::start().await;
    meet(&world, &[person("alice"), person("fay")]).await;
    // Ana and Rémy come from the sample data and were not relayed before.
    let page = world.call("app", "GET", LIST, Value::Null).await.ok();
    assert!(names(&page).contains(&"alice") && !names(&page).contains(&"fay"), "{page}");
    for (method, path) in [
        ("GET", LIST),
        ("GET", "/api/users/me/invites"),
        ("POST", "/api/users/me/colleaguesbulk"),
        ("GET", &format!("/api/users/{}/colleagues", world.guest_id())),
    ] {
        assert_eq!(world.call("kay", method, path, json!([])).await.status, 403, "{path}");
        assert_eq!(world.call("nobody", method, path, json!([])).await.status, 401, "{path}");
    }
    for path in ["/api/users/me/invites", "/api/users/me/colleaguesbulk"] {
        let method = if path.ends_with("bulk") { "POST" } else { "GET" };
        assert_eq!(world.call("app", method, path, json!([])).await.status, 403, "{path}");
    }
}

#[tokio::test]
async fn a_search_matches_word_prefixes_in_any_script_and_is_not_a_pattern() {
    let world = World::start().await;
    let me = acme(0, "Me");
    let mut people: Vec<DevelopmentUser> = [
        (1, "Ana García"),
        (2, "Anabel Ana"),
        (3, "Jean-Luc O’Neill"),
        (4, "山田 太郎"),
        (5, "Σίσυφος Weiß"),
        (6, "Garc Other"),
    ]
    .into_iter()
    .map(|(number, name)| acme(number, name))
    .collect();
    people.push(DevelopmentUser { name: None, ..acme(7, "") });
    people.push(DevelopmentUser { email: "ana.lopez@acme.example".parse().unwrap(), ..acme(8, "Lo") });
    people.push(DevelopmentUser { name: Some("zoe@private.example".to_owned()), ..acme(9, "") });
    people.push(me.clone());
    meet(&world, &people).await;
    let zoe = named(10, "Ana Zoe", "other.example");
    meet(&world, std::slice::from_ref(&zoe)).await;
    common_space(&world, &me, &[&zoe]).await;
    for (search, expected) in [
        ("ana", &["Ana García", "Anabel Ana", "Ana Zoe", "Lo"][..]),
        ("ANÁ garc", &["Ana García"]),
        ("garc", &["Garc Other", "Ana García"]),
        ("garcia ana", &["Ana García"]),
        ("an ana", &["Ana García", "Anabel Ana", "Ana Zoe", "Lo"]),
        ("neil", &["Jean-Luc O’Neill"]),
        ("o'neill jean", &["Jean-Luc O’Neill"]),
        ("太", &["山田 太郎"]),
        ("ΣΙΣ weiss", &["Σίσυφος Weiß"]),
        ("p1@acme.example", &["Ana García"]),
        ("ANA.lopez@acme", &["Lo"]),
        ("p10", &[]),
        ("p10@other.example", &[]),
        ("user", &[]),
        ("p7", &["User"]),
        ("private", &[]),
        ("me", &[]),
        ("ana.*", &["Ana García", "Anabel Ana", "Ana Zoe", "Lo"]),
        (".*", &[]),
        ("^ana$", &["Ana García", "Anabel Ana", "Ana Zoe", "Lo"]),
        ("a(na", &[]),
        ("%", &[]),
    ] {
        let found: BTreeSet<String> = found(&world, &me, search).await.into_iter().collect();
        assert_eq!(found, expected.iter().map(|name| (*name).to_owned()).collect(), "{search}");
    }
    for (size, search) in [(1, "ana"), (2, "ana"), (3, "an ana")] {
        let found = all(&world, &me, &format!("{LIST}?size={size}&search={}", search.replace(' ', "+"))).await;
        let unique: BTreeSet<&String> = found.iter().collect();
        assert_eq!((found.len(), unique.len()), (4, 4), "each once, regardless of the page size: {found:?}");
    }
    let page = world.call_as(&me, "GET", &format!("{LIST}?search=ana&size=1"), Value::Null).await.ok();
    assert_eq!(page["total"], 4);
}

#[tokio::test]
async fn nobody_one_and_250_colleagues_are_counted_up_to_100_and_paged_to_the_end() {
    let world = World::start().await;
    let me = acme(0, "Me");
    meet(&world, std::slice::from_ref(&me)).await;
    let page = world.call_as(&me, "GET", LIST, Value::Null).await.ok();
    assert_eq!(page, json!({ "data": [], "total": 0, "from": 0, "to": 0 }));
    let people: Vec<DevelopmentUser> = (1..=250).map(|number| acme(number, &format!("P{number:03} Ana"))).collect();
    hire(&world, &people[..1]).await;
    let page = world.call_as(&me, "GET", LIST, Value::Null).await.ok();
    assert_eq!((names(&page), &page["total"]), (vec!["P001 Ana"], &json!(1)));
    hire(&world, &people[1..]).await;
    let expected: Vec<String> = people.iter().map(|person| person.name.clone().unwrap()).collect();
    assert_eq!(all(&world, &me, LIST).await, expected);
    assert_eq!(all(&world, &me, &format!("{LIST}?size=100")).await, expected);
    assert_eq!(found(&world, &me, "ana").await.len(), 250);
    // Matches P200 to P250 by name, and p2 and p20 to p29 by address.
    assert_eq!(found(&world, &me, "p2 ana").await.len(), 62);
    assert_eq!(found(&world, &me, "p4000 ana").await.len(), 0);
    let page = world.call_as(&me, "GET", &format!("{LIST}?page=3&size=20"), Value::Null).await.ok();
    assert_eq!(
        (names(&page)[0], &page["total"], &page["from"], &page["to"]),
        ("P061 Ana", &json!(100), &json!(61), &json!(80))
    );
    assert_eq!(world.call_as(&me, "GET", &format!("{LIST}?page=11"), Value::Null).await.status, 400);
}

#[tokio::test]
async fn pages_are_stable_while_people_are_added_removed_and_changed() {
    let world = World::start().await;
    let me = acme(0, "Me");
    let people: Vec<DevelopmentUser> = (1..=40).map(|number| acme(number, &format!("P{number:02}"))).collect();
    meet(&world, std::slice::from_ref(&me)).await;
    hire(&world, &people).await;
    let (mut seen, mut next) = (Vec::new(), Some(format!("{LIST}?size=7")));
    let mut round = 0;
    while let Some(path) = next {
        let page = world.call_as(&me, "GET", &path, Value::Null).await.ok();
        seen.extend(names(&page).into_iter().map(str::to_owned));
        next = page["nextPageUrl"].as_str().map(str::to_owned);
        round += 1;
        world.pass(SignedDuration::from_secs(30));
        match round {
            // Add a person before the current position, and move the last person of the previous page away.
            1 => {
                meet(
                    &world,
                    &[
                        acme(100, "A00"),
                        DevelopmentUser { email: "p7@new.example".parse().unwrap(), ..people[6].clone() },
                    ],
                )
                .await;
            }
            // Move a person from the end to the front, and another from the front to the end.
            2 => {
                meet(&world, &[DevelopmentUser { name: Some("B00".to_owned()), ..people[39].clone() }]).await;
                meet(&world, &[DevelopmentUser { name: Some("Z01".to_owned()), ..people[0].clone() }]).await;
            }
            _ => {}
        }
    }
    let mut expected: Vec<String> = (1..=39).map(|number| format!("P{number:02}")).collect();
    expected.push("Z01".to_owned());
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn addresses_find_only_colleagues() {
    let world = World::start().await;
    let (me, bob) = (acme(0, "Me"), acme(1, "Bob"));
    let zoe = named(2, "Zoe", "other.example");
    meet(&world, &[me.clone(), bob.clone(), zoe.clone()]).await;
    common_space(&world, &me, &[&zoe]).await;
    let bulk = async |addresses: Value| world.call_as(&me, "POST", "/api/users/me/colleaguesbulk", addresses).await;
    let asked =
        json!(["P2@other.example", "P1@ACME.example", "p0@acme.example", "nobody@acme.example", "p1@acme.example"]);
    let answer = bulk(asked).await.ok();
    assert_eq!(names(&answer), ["Bob"]);
    assert_eq!(answer["data"][0]["username"], "p1@acme.example");
    assert_eq!(bulk(json!([])).await.ok(), json!({ "data": [] }));
    for (body, field, code) in [
        (json!({}), "body", "wrong_type"),
        (Value::Null, "body", "wrong_type"),
        (json!(["p1@acme.example", "p"]), "[1]", "invalid_address"),
        (json!([null]), "[0]", "required"),
        (json!([7]), "[0]", "wrong_type"),
        (json!(vec!["p1@acme.example"; 51]), "body", "too_many"),
    ] {
        let body = if body.is_null() { json!("null") } else { body };
        let answer = bulk(body).await;
        let fault = &answer.body["errors"][0];
        assert_eq!((answer.status, &fault["field"], &fault["code"]), (400, &json!(field), &json!(code)));
    }
}

#[tokio::test]
async fn the_number_of_table_calls_does_not_depend_on_the_size_of_the_company() {
    let world = World::start().await;
    let me = acme(0, "Me");
    meet(&world, std::slice::from_ref(&me)).await;
    let calls = async || {
        let mut seen = Vec::new();
        for path in [format!("{LIST}?size=20"), format!("{LIST}?search=ana&size=20"), format!("{LIST}?search=ana+p00")]
        {
            world.call_as(&me, "GET", &path, Value::Null).await.ok();
            world.harness.dynamo.forget_calls();
            let page = world.call_as(&me, "GET", &path, Value::Null).await.ok();
            let mut calls = world.harness.dynamo.calls();
            calls.sort();
            seen.push((path, names(&page).len(), calls));
        }
        seen
    };
    let people: Vec<DevelopmentUser> = (1..=400).map(|number| acme(number, &format!("P{number:03} Ana"))).collect();
    hire(&world, &people[..120]).await;
    let few = calls().await;
    hire(&world, &people[120..]).await;
    assert_eq!(calls().await, few);
    let queries = ["BatchGetItem", "BatchGetItem", "Query", "Query", "Query", "Query", "Query"];
    assert_eq!(few[0].2, queries, "four partitions of the index, the caller's spaces, and the people shown");
}

#[tokio::test]
async fn people_with_direct_spaces_are_found_by_any_part_of_their_names() {
    let world = World::start().await;
    let (me, bob, cleo) = (acme(0, "Me"), acme(1, "Bob Stone"), acme(2, "Cleo"));
    meet(&world, &[me.clone(), bob.clone(), cleo.clone()]).await;
    for other in [&bob, &cleo] {
        world.call_as(&me, "GET", &format!("/api/spaces/direct/user/{}", other.id), Value::Null).await.ok();
    }
    for (search, expected) in [("TON", &["Bob Stone"][..]), ("o", &["Bob Stone", "Cleo"]), ("me", &[]), ("p1@", &[])] {
        let found = all(&world, &me, &format!("/api/users/me/people/withdm?size=1&search={search}")).await;
        assert_eq!(found.iter().collect::<BTreeSet<_>>().len(), expected.len(), "{search}: {found:?}");
        assert!(found.iter().all(|name| expected.contains(&name.as_str())), "{search}: {found:?}");
    }
}

#[tokio::test]
async fn ids_of_others_are_rejected_identically() {
    let world = World::start().await;
    let (me, bob) = (acme(0, "Me"), acme(1, "Bob"));
    meet(&world, &[me.clone(), bob.clone()]).await;
    let ids = [bob.id.to_string(), id("fay"), "0123456789abcdef01234567".to_owned()];
    for other in ids {
        let answer = world.call_as(&me, "GET", &format!("/api/users/{other}/colleagues"), Value::Null).await;
        assert_eq!((answer.status, &answer.body["code"]), (403, &json!("forbidden")));
    }
    let answer = world.call_as(&me, "GET", "/api/users/undefined/colleagues", Value::Null).await;
    assert_eq!(answer.status, 404);
}
