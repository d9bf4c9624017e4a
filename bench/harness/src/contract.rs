//! Checks that the peers answer and write as the service does, on the happy path.

use anyhow::{Context, ensure};
use serde_json::Value;

use crate::backends::Target;
use crate::bench::{Bench, body, cold, succeeded};
use crate::kinds::Kind;
use crate::subjects::{Function, Maker, Subject};

/// Fails unless every peer answers and writes as the service does.
pub(crate) async fn check(bench: &mut Bench) -> anyhow::Result<()> {
    for maker in [Maker::Node, Maker::Python] {
        let subject = |function| bench.programs.subject(maker, function, &bench.environment);
        let (Some(login), Some(create), Some(join), Some(manage)) =
            (subject(Function::Login), subject(Function::Create), subject(Function::Join), subject(Function::Manage))
        else {
            continue;
        };
        login_is_kept(bench, &login).await?;
        create_is_kept(bench, &create).await?;
        join_is_kept(bench, &join).await?;
        directory_is_kept(bench, &join).await?;
        lists_are_kept(bench, &manage).await?;
        eprintln!("bench: {} keeps the contract", maker.name());
    }
    Ok(())
}

/// Checks that the service's join accepts the peer's guest tokens.
async fn login_is_kept(bench: &mut Bench, login: &Subject) -> anyhow::Result<()> {
    let (_, answer) = bench.run_once(login, Kind::Login).await?;
    let own = bench.service(Function::Login)?;
    let (_, expected) = bench.run_once(&own, Kind::Login).await?;
    same_shape(&body(&answer)?, &body(&expected)?, &login.name())?;
    let token = |answer: &Value| -> anyhow::Result<String> {
        let body = body(answer)?;
        Ok(body.get("token").and_then(Value::as_str).context("no token")?.to_owned())
    };
    bench.events.set_guest(token(&answer)?);
    let join = bench.service(Function::Join)?;
    bench.run_once(&join, Kind::JoinGuest).await.context("the service does not accept this guest token")?;
    bench.events.set_guest(token(&expected)?);
    Ok(())
}

/// Checks that the answer and the three items have the service's fields, and that the service's join finds them.
async fn create_is_kept(bench: &mut Bench, create: &Subject) -> anyhow::Result<()> {
    let own = bench.service(Function::Create)?;
    let mut written = Vec::new();
    for subject in [create, &own] {
        let (_, answer) = bench.run_once(subject, Kind::Create(10)).await?;
        let answer = body(&answer)?;
        let id = |name: &str| answer.pointer(&format!("/data/0/{name}")).and_then(Value::as_str).unwrap_or_default();
        let target = Target { invite: id("_id").to_owned(), space: id("topicId").to_owned(), stop: String::new() };
        let items = of_space(bench, &target)?;
        ensure!(items.len() == 3, "{} wrote {} items instead of three", subject.name(), items.len());
        let event = bench.events.of(Kind::JoinFirst, &target)?;
        cold(&bench.service(Function::Join)?, &event)
            .await
            .context("the service does not find the items that were created")?;
        written.push((answer, Value::from(items)));
    }
    let [(answer, items), (expected, expected_items)] = written.as_slice() else { return Ok(()) };
    same_shape(answer, expected, &create.name())?;
    same_shape(items, expected_items, &create.name())
}

/// Checks that answers to first joins, repeated joins and guests have the service's fields, and that each person
/// becomes a member only once.
async fn join_is_kept(bench: &mut Bench, join: &Subject) -> anyhow::Result<()> {
    let own = bench.service(Function::Join)?;
    for (kind, role) in [(Kind::JoinFirst, "guest"), (Kind::JoinAgain, "member"), (Kind::JoinGuest, "guest")] {
        let mut answers = Vec::new();
        for subject in [join, &own] {
            let target = bench.backends.space(1)?;
            let event = bench.events.of(kind, &target)?;
            let (mut instance, answer) = cold(subject, &event).await?;
            instance.ready().await?;
            let again = instance.invoke(&event).await?.answer;
            succeeded(subject, &again)?;
            let answer = body(&answer)?;
            let given = answer.get("role").and_then(Value::as_str);
            ensure!(given == Some(role), "{} gave {} the role {given:?}", subject.name(), kind.name());
            let items = of_space(bench, &target)?;
            ensure!(items.len() == 4, "{} left {} items after two joins", subject.name(), items.len());
            answers.push((answer, body(&again)?, Value::from(items)));
        }
        let [(answer, again, items), (expected, expected_again, expected_items)] = answers.as_slice() else {
            continue;
        };
        same_shape(answer, expected, &join.name())?;
        same_shape(again, expected_again, &join.name())?;
        same_shape(items, expected_items, &join.name())?;
    }
    Ok(())
}

/// Checks that a newcomer is in the directory with the service's fields, and that their address has the service's hash:
/// the service adds nothing when it writes the same person.
async fn directory_is_kept(bench: &mut Bench, join: &Subject) -> anyhow::Result<()> {
    let own = bench.service(Function::Join)?;
    let mut written = Vec::new();
    for subjects in [vec![join, &own], vec![&own]] {
        let target = bench.backends.space(1)?;
        let event = bench.events.of(Kind::JoinFirst, &target)?;
        for subject in subjects {
            cold(subject, &event).await?;
        }
        let members = bench.backends.items("invite", &target.invite)?;
        let user = members.iter().find_map(|member| member.get("user")?.as_str()).context("nobody has joined")?;
        let mut items = bench.backends.items("pk", &format!("USER#{user}"))?;
        let owned = bench.backends.items("user", user)?;
        let pk = |item: &Value| item.get("pk").and_then(Value::as_str).unwrap_or_default().to_owned();
        items.extend(owned.into_iter().filter(|item| pk(item).starts_with("ADDRESS#")));
        written.push(Value::from(items));
    }
    let [found, expected] = written.as_slice() else { return Ok(()) };
    same_shape(found, expected, &join.name())
}

/// Checks that the lists have the service's fields and entries.
async fn lists_are_kept(bench: &mut Bench, manage: &Subject) -> anyhow::Result<()> {
    let (own, target) = (bench.service(Function::Manage)?, bench.backends.space(10)?);
    for kind in [Kind::MySpaces, Kind::Members] {
        let event = bench.events.of(kind, &target)?;
        let (answer, expected) = (cold(manage, &event).await?.1, cold(&own, &event).await?.1);
        let (answer, expected) = (body(&answer)?, body(&expected)?);
        same_shape(&answer, &expected, &manage.name())?;
        ensure!(answer.get("data") == expected.get("data"), "{}: {answer} instead of {expected}", manage.name());
    }
    Ok(())
}

/// Returns the items of a space, and its invitations.
fn of_space(bench: &mut Bench, target: &Target) -> anyhow::Result<Vec<Value>> {
    let partition = format!("SPACE#{}", target.space);
    let mut items = bench.backends.items("pk", &partition)?;
    items.extend(bench.backends.items("gsi2pk", &partition)?);
    Ok(items)
}

/// Checks recursively that two values have the same fields with the same types. Ids and times may differ.
fn same_shape(found: &Value, expected: &Value, place: &str) -> anyhow::Result<()> {
    match (found, expected) {
        (Value::Object(found), Value::Object(expected)) => {
            for (name, expected) in expected {
                let found = found.get(name).with_context(|| format!("{place}: {name} is missing"))?;
                same_shape(found, expected, &format!("{place}.{name}"))?;
            }
            let more = found.keys().find(|name| !expected.contains_key(*name));
            ensure!(more.is_none(), "{place}: {more:?} is not in the service's");
        }
        (Value::Array(found), Value::Array(expected)) => {
            ensure!(found.len() == expected.len(), "{place}: {} instead of {}", found.len(), expected.len());
            for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
                same_shape(found, expected, &format!("{place}[{index}]"))?;
            }
        }
        _ => {
            let same = std::mem::discriminant(found) == std::mem::discriminant(expected);
            ensure!(same, "{place}: {found} instead of {expected}");
        }
    }
    Ok(())
}
