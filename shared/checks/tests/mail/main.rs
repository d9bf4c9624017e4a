//! Property tests of mail, from the table's stream to SES. Any changes may be made to an invitation, messages and SES's
//! reports may be reordered, repeated or delayed, the relay and the sender may be killed at any table call, and the
//! sender may be overtaken by another instance. Once all messages are settled, the last message to each person must be
//! true.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may panic")]

mod calendar;
mod lives;
mod world;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestRunner};
use spaces_local::SesFailure;

use crate::world::World;

/// A step of a history.
#[derive(Debug, Clone)]
enum Step {
    /// The inviter moves the meeting by an hour, or adds times to an invitation without times.
    Move,
    /// The inviter removes the times.
    RemoveTimes,
    /// Another member updates the invitation and becomes its inviter.
    HandOver,
    /// The inviter removes an invitee.
    TakeOff(usize),
    /// The inviter adds an invitee, who may have been removed before.
    PutOn(usize),
    /// The inviter resends the invitation to all invitees.
    Resend,
    /// The inviter revokes the invitation.
    Revoke,
    /// An admin deletes the space.
    Delete,
    /// The relay gets the records from a position on, and is killed at one of its table calls, if it makes that many.
    Relay { from: Index, killed_at: Option<usize> },
    /// The sender gets one of the messages, and is killed at one of its table calls, if it makes that many.
    Deliver { message: Index, killed_at: Option<usize>, stays: bool },
    /// The sender has read the table for a message when a change is made and relayed, and another instance delivers
    /// another message. Then the sender continues.
    Overtaken { message: Index, calls: usize, change: Box<Step>, other: Index },
    /// The tracker gets one of SES's events, perhaps repeatedly.
    Report(Index),
    /// SES rejects the next mails.
    Refuse(SesFailure, usize),
    /// The clock advances by this many minutes.
    Wait(u8),
}

fn change() -> impl Strategy<Value = Step> {
    let person = || 0..world::PEOPLE.len();
    prop_oneof![
        3 => Just(Step::Move),
        1 => Just(Step::RemoveTimes),
        2 => Just(Step::HandOver),
        3 => person().prop_map(Step::TakeOff),
        3 => person().prop_map(Step::PutOn),
        2 => Just(Step::Resend),
        1 => Just(Step::Revoke),
        1 => Just(Step::Delete),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let index = any::<Index>;
    let killed = || prop_oneof![2 => Just(None), 1 => (0_usize..24).prop_map(Some)];
    prop_oneof![
        12 => change(),
        6 => (index(), killed()).prop_map(|(from, killed_at)| Step::Relay { from, killed_at }),
        10 => (index(), killed(), any::<bool>())
            .prop_map(|(message, killed_at, stays)| Step::Deliver { message, killed_at, stays }),
        4 => (index(), 1_usize..7, change(), index()).prop_map(|(message, calls, change, other)| {
            Step::Overtaken { message, calls, change: Box::new(change), other }
        }),
        4 => index().prop_map(Step::Report),
        1 => (prop_oneof![Just(SesFailure::RateExceeded), Just(SesFailure::SendingPaused), Just(SesFailure::ServerError)], 1_usize..3)
            .prop_map(|(failure, calls)| Step::Refuse(failure, calls)),
        2 => (1_u8..5).prop_map(Step::Wait),
    ]
}

/// Returns the number of histories: 48 by default, or the value of `MAIL_HISTORIES`.
fn histories() -> u32 {
    std::env::var("MAIL_HISTORIES").ok().and_then(|number| number.parse().ok()).unwrap_or(48)
}

#[test]
fn at_rest_the_last_message_to_each_person_is_true_and_nobody_got_too_many() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let config = Config { cases: histories(), failure_persistence: None, max_shrink_iters: 200, ..Config::default() };
    TestRunner::new(config)
        .run(&vec(step(), 1..40), |history| {
            runtime.block_on(async {
                let mut world = World::new().await;
                for step in &history {
                    world.play(step).await;
                }
                world.rest().await;
                world.report_all().await;
                world.check();
            });
            Ok(())
        })
        .unwrap();
}
