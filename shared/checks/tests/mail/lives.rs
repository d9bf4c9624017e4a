//! Life cycles of an invitation, step by step: the mails that are sent, and the calendars that result.

use std::collections::HashSet;

use spaces_local::SesFailure;

use crate::Step;
use crate::world::{Mail, PEOPLE, World};

/// A step and the resulting mails: recipient, METHOD and SEQUENCE, or `plain` for a mail without a calendar entry.
type Chapter<'a> = (Step, &'a [&'a str]);

/// Plays a life cycle. After each step, every calendar must be correct.
async fn live(life: &[Chapter<'_>]) {
    let mut world = World::new().await;
    let mut seen = [0; PEOPLE.len()];
    for (step, expected) in life {
        world.play(step).await;
        world.rest().await;
        world.check();
        let mails = world.mails();
        let mut came = Vec::new();
        for (person, seen) in PEOPLE.iter().zip(&mut seen) {
            let got = mails.get(*person).map(Vec::as_slice).unwrap_or_default();
            came.extend(got[*seen..].iter().map(|mail| format!("{} {}", name(person), described(mail))));
            *seen = got.len();
        }
        assert_eq!(came, *expected, "after {step:?}");
        // Advance the clock, so that no mail has to wait for its hour.
        world.play(&Step::Wait(61)).await;
    }
    let all: Vec<Mail> = world.mails().into_values().flatten().collect();
    let ids: HashSet<&str> = all.iter().map(|mail| mail.message_id.as_str()).collect();
    assert_eq!(ids.len(), all.len(), "every mail has a Message-ID of its own");
    let entries: Vec<_> = all.iter().filter_map(|mail| mail.entry.as_ref()).collect();
    for entry in &entries {
        assert_eq!((entry.uid.as_str(), entry.summary.as_str()), ("030303030303030303030303", "Planning"));
        let is_plain = |link: &String| link.ends_with("/spaces/invites/030303030303030303030303/meet");
        assert_eq!(entry.location.as_ref().map(is_plain), (!entry.is_cancelled()).then_some(true), "{entry:?}");
    }
}

fn name(address: &str) -> &str {
    address.split('@').next().unwrap()
}

fn described(mail: &Mail) -> String {
    let Some(entry) = &mail.entry else { return "plain".to_owned() };
    assert_eq!(mail.subject.starts_with("Canceled:"), entry.is_cancelled(), "{mail:?}");
    format!("{} {}", entry.method, entry.sequence)
}

/// A step that changes nothing.
const CREATED: Step = Step::Wait(0);

#[tokio::test]
async fn a_meeting_is_moved_loses_its_times_gets_others_and_is_revoked() {
    live(&[
        (CREATED, &["ana REQUEST 0", "bo REQUEST 0"]),
        (Step::Move, &["ana REQUEST 1", "bo REQUEST 1"]),
        (Step::TakeOff(0), &["ana CANCEL 2"]),
        (Step::PutOn(0), &["ana REQUEST 2"]),
        (Step::RemoveTimes, &["ana CANCEL 3", "ana plain", "bo CANCEL 3", "bo plain"]),
        (Step::Resend, &["ana plain", "bo plain"]),
        (Step::Move, &["ana REQUEST 4", "bo REQUEST 4"]),
        (Step::Resend, &["ana REQUEST 4", "bo REQUEST 4"]),
        (Step::Revoke, &["ana CANCEL 5", "bo CANCEL 5"]),
        (Step::Resend, &[]),
    ])
    .await;
}

#[tokio::test]
async fn a_meeting_keeps_its_organizer_regardless_of_who_updates_it() {
    live(&[
        (CREATED, &["ana REQUEST 0", "bo REQUEST 0"]),
        (Step::HandOver, &[]),
        (Step::PutOn(2), &["cy REQUEST 0"]),
        (Step::Move, &["ana REQUEST 1", "bo REQUEST 1", "cy REQUEST 1"]),
        (Step::TakeOff(0), &["ana CANCEL 2"]),
        (Step::Revoke, &["bo CANCEL 3", "cy CANCEL 3"]),
    ])
    .await;
}

#[tokio::test]
async fn deleting_a_space_cancels_only_for_current_invitees() {
    live(&[
        (CREATED, &["ana REQUEST 0", "bo REQUEST 0"]),
        (Step::PutOn(2), &["cy REQUEST 0"]),
        (Step::TakeOff(0), &["ana CANCEL 1"]),
        (Step::Move, &["bo REQUEST 2", "cy REQUEST 2"]),
        (Step::Delete, &["bo CANCEL 3", "cy CANCEL 3"]),
    ])
    .await;
}

#[tokio::test]
async fn an_invitation_without_times_is_not_cancelled_by_mail() {
    live(&[
        (CREATED, &["ana REQUEST 0", "bo REQUEST 0"]),
        (Step::RemoveTimes, &["ana CANCEL 1", "ana plain", "bo CANCEL 1", "bo plain"]),
        (Step::TakeOff(0), &[]),
        (Step::PutOn(0), &["ana plain"]),
        (Step::Revoke, &[]),
    ])
    .await;
}

#[tokio::test]
async fn a_fourth_change_within_an_hour_is_sent_later_in_its_latest_state() {
    let mut world = World::new().await;
    for _ in 0..5 {
        world.play(&Step::Move).await;
        world.deliver_once().await;
    }
    assert_eq!(world.mails()[PEOPLE[0]].len(), 3);
    world.play(&Step::Move).await;
    world.rest().await;
    world.check();
    let mails = &world.mails()[PEOPLE[0]];
    assert_eq!(mails.iter().map(described).collect::<Vec<_>>(), ["REQUEST 1", "REQUEST 2", "REQUEST 3", "REQUEST 6"]);
}

#[tokio::test]
async fn a_cancellation_is_sent_at_once() {
    let mut world = World::new().await;
    for _ in 0..4 {
        world.play(&Step::Move).await;
        world.deliver_once().await;
    }
    world.play(&Step::Revoke).await;
    world.deliver_once().await;
    let mails = &world.mails()[PEOPLE[0]];
    assert_eq!(mails.iter().map(described).collect::<Vec<_>>(), ["REQUEST 1", "REQUEST 2", "REQUEST 3", "CANCEL 5"]);
}

#[tokio::test]
async fn mails_within_a_second_have_different_dates() {
    let mut world = World::new().await;
    world.deliver_once().await;
    world.play(&Step::TakeOff(0)).await;
    world.play(&Step::Refuse(SesFailure::RateExceeded, 1)).await;
    world.deliver_once().await;
    world.deliver_once().await;
    world.play(&Step::PutOn(0)).await;
    world.deliver_once().await;
    let mails = &world.mails()[PEOPLE[0]];
    assert_eq!(mails.iter().map(described).collect::<Vec<_>>(), ["REQUEST 0", "CANCEL 1", "REQUEST 1"]);
    world.check();
}

#[tokio::test]
async fn a_person_gets_at_most_ten_requests_and_then_only_the_cancellation() {
    let mut world = World::new().await;
    for _ in 0..12 {
        world.play(&Step::Resend).await;
        world.rest().await;
        world.play(&Step::Wait(61)).await;
    }
    world.play(&Step::Revoke).await;
    world.rest().await;
    let mails = &world.mails()[PEOPLE[0]];
    assert_eq!((mails.len(), described(&mails[10])), (11, "CANCEL 1".to_owned()));
}
