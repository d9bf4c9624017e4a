//! Behavior that a single event cannot show: rejections by SES, crashes, repetition, rates.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may panic")]

mod addresses;
mod answers;
mod backoff;
mod cancellations;
mod further;
mod given_up;
mod kills;
mod leases;
mod limits;
mod messages;
mod rate;
mod resends;
mod spaces;
mod strangers;
#[path = "../support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::SignedDuration;
use serde_json::{Value, json};
use spaces_local::harness;
use spaces_model::{Invitation, InviteMode, format_time};

use crate::support::{Outcome, Service, invitation};

impl Service {
    /// Starts with an invitation and the messages about its invitees.
    async fn with(invitation: &Invitation) -> Self {
        let service = Self::start().await;
        service.plant(invitation).await;
        service.send(support::MAIL, invitation, invitation.mailing.kind, 0);
        service
    }

    /// Delivers the messages in the quick queue until it is empty, with a new process for each message, and advances
    /// time past their sleep.
    async fn deliver_all(&self) {
        for _ in 0..100 {
            match self.deliver(&self.app(), support::MAIL).await {
                Outcome::Nothing if self.harness.queues.peek(support::MAIL).unwrap().is_empty() => return,
                Outcome::Nothing => self.wait(Duration::from_mins(2)),
                Outcome::Done | Outcome::Sleeps(_) | Outcome::Stays => {}
            }
        }
        panic!("{:?} never leave the queue", self.harness.queues.peek(support::MAIL));
    }

    /// Returns the METHODs of the mails to each address, in order; empty for a mail without a calendar.
    fn mails(&self) -> BTreeMap<String, Vec<String>> {
        let mut mails: BTreeMap<String, Vec<String>> = BTreeMap::new();
        // The newest mail is first.
        for mail in self.harness.mailbox.messages().into_iter().rev() {
            let calendar = mail.calendar.unwrap_or_default();
            let method = calendar.lines().find_map(|line| line.strip_prefix("METHOD:")).unwrap_or_default();
            mails.entry(mail.to[0].clone()).or_default().push(method.trim().to_owned());
        }
        mails
    }

    /// Returns the delivery to the invitee with this number.
    fn delivery(&self, invitation: &Invitation, number: usize) -> Value {
        let person = serde_json::to_value(self.harness.store.person(&invitation.invitees[number].target)).unwrap();
        let sk = format!("TO#{}", person.as_str().unwrap());
        let pk = partition(invitation);
        self.harness.dynamo.items().unwrap().into_iter().find(|item| item["pk"] == pk && item["sk"] == sk).unwrap()
    }

    /// Returns the states of the deliveries of an invitation, in the order of its invitees.
    fn states(&self, invitation: &Invitation) -> Vec<String> {
        let state = |number| self.delivery(invitation, number)["state"].as_str().unwrap_or("none").to_owned();
        (0..invitation.invitees.len()).map(state).collect()
    }

    /// Returns the number of mails that SES was asked to send.
    fn attempts(&self) -> usize {
        self.harness.mailbox.calls().iter().filter(|call| *call == "SendEmail").count()
    }

    /// Changes an item, in DynamoDB JSON, as an API call would.
    fn change(&self, pk: &str, sk: &str, change: impl FnOnce(&mut Value)) {
        let items = self.harness.dynamo.raw_items().unwrap();
        let mut item = items.into_iter().find(|item| item["pk"]["S"] == pk && item["sk"]["S"] == sk).unwrap();
        change(&mut item);
        self.harness.dynamo.put(&item).unwrap();
    }

    /// Changes an invitation's item, and counts a mailing of this kind.
    fn change_invitation(&self, invitation: &Invitation, kind: &str, change: impl FnOnce(&mut Value)) {
        self.change(&partition(invitation), "INVITE", |item| {
            let next = |number: &Value| (number.as_str().unwrap().parse::<u32>().unwrap() + 1).to_string();
            item["version"]["N"] = json!(next(&item["version"]["N"]));
            item["mailing"]["M"] = json!({
                "number": { "N": next(&item["mailing"]["M"]["number"]["N"]) }, "kind": { "S": kind },
            });
            change(item);
        });
    }

    fn revoke(&self, invitation: &Invitation) {
        let now = format_time(self.now());
        self.change_invitation(invitation, "cancel", |item| {
            item["revoked"] = json!({ "S": now });
            item["sequence"]["N"] = json!("1");
        });
    }

    /// Removes the invitee with this number.
    fn take_off(&self, invitation: &Invitation, number: usize) {
        self.change_invitation(invitation, "update", |item| {
            item["invitees"]["L"].as_array_mut().unwrap().remove(number);
            item["sequence"]["N"] = json!("1");
        });
    }

    fn set_status(&self, invitation: &Invitation, status: &str) {
        self.change(&format!("SPACE#{}", invitation.space), "SPACE", |item| item["status"]["S"] = json!(status));
    }
}

impl Drop for Service {
    /// Checks for every test that the deployed role allows all calls that the function made.
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let allowed = harness::allowed_actions(ROLE).unwrap();
        let Self { harness, .. } = self;
        let calls = [("ses", harness.mailbox.calls()), ("sqs", harness.queues.calls())];
        let called = calls
            .into_iter()
            .flat_map(|(service, calls)| calls.into_iter().map(move |call| format!("{service}:{call}")));
        let mut forbidden: Vec<String> = called.filter(|action| !allowed.contains(action)).collect();
        forbidden.extend(harness::forbidden_calls(ROLE, &harness.dynamo).unwrap());
        assert!(forbidden.is_empty(), "the deployed role does not allow {forbidden:?}");
    }
}

const BULK: &str = "BulkMailQueue";
const ROLE: &str = "DeliverInvitesRole";

/// Returns the partition of an invitation's items.
fn partition(invitation: &Invitation) -> String {
    let hash = serde_json::to_value(spaces_store::InvitationRef::of(invitation)).unwrap();
    format!("INVITE#{}", hash.as_str().unwrap())
}

/// Returns an invitation with times.
fn meeting(invitees: usize) -> Invitation {
    let hours = |hours| Some(harness::now() + SignedDuration::from_hours(hours));
    Invitation { mode: InviteMode::Meet, starts: hours(500), ends: hours(501), ..invitation(2, invitees) }
}

/// Lets other tasks run until a condition holds.
async fn until(is_so: impl Fn() -> bool) {
    while !is_so() {
        tokio::task::yield_now().await;
    }
}

#[test]
fn the_deployed_role_allows_what_the_function_does_and_no_more() {
    let expected = [
        // The invitation and its deliveries, the space and the inviter, invitees by id.
        "dynamodb:BatchGetItem",
        // The mails of an address, a membership. Opens the first connection.
        "dynamodb:GetItem",
        // The spaces that an inviter shares with the recipient.
        "dynamodb:Query",
        // Leases, the outcome of mails, and the count of mails to an address.
        "dynamodb:UpdateItem",
        // The account's send rate.
        "ses:GetAccount",
        // A raw message needs both.
        "ses:SendEmail",
        "ses:SendRawEmail",
        // A message that sleeps.
        "sqs:ChangeMessageVisibility",
        // The event source mappings use the role to receive and delete, and to read the visibility timeout.
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:ReceiveMessage",
        // Dead-letters a message that can never be handled.
        "sqs:SendMessage",
    ];
    assert_eq!(harness::allowed_actions(ROLE).unwrap(), expected);
}
