//! Rules that a single event cannot show: refusals of SES, crashes, repeats, rates.
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

use crate::support::{Fate, Service, invitation};

impl Service {
    /// Starts with an invitation and the messages about its invitees.
    async fn with(invitation: &Invitation) -> Self {
        let service = Self::start().await;
        service.plant(invitation).await;
        service.send(support::MAIL, invitation, invitation.mailing.kind, 0);
        service
    }

    /// Delivers what there is in the quick queue until it is empty, with a process for each message, and lets sleeping messages
    /// sleep.
    async fn deliver_all(&self) {
        for _ in 0..100 {
            match self.deliver(&self.app(), support::MAIL).await {
                Fate::Nothing if self.harness.queues.peek(support::MAIL).unwrap().is_empty() => return,
                Fate::Nothing => self.wait(Duration::from_mins(2)),
                Fate::Done | Fate::Sleeps(_) | Fate::Stays => {}
            }
        }
        panic!("{:?} never end", self.harness.queues.peek(support::MAIL));
    }

    /// Returns the METHODs of the mails to each address, in their order; empty for a mail without a calendar.
    fn mails(&self) -> BTreeMap<String, Vec<String>> {
        let mut mails: BTreeMap<String, Vec<String>> = BTreeMap::new();
        // The newest is first.
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

    /// Changes an item, as a call of the API would, in DynamoDB's JSON.
    fn change(&self, pk: &str, sk: &str, change: impl FnOnce(&mut Value)) {
        let items = self.harness.dynamo.raw_items().unwrap();
        let mut item = items.into_iter().find(|item| item["pk"]["S"] == pk && item["sk"]["S"] == sk).unwrap();
        change(&mut item);
        self.harness.dynamo.put(&item).unwrap();
    }

    /// Changes the item of an invitation, and counts a mailing of this kind.
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

    /// Takes the invitee with this number off.
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
    /// Whatever a test was about, the deployed role allows all that the function called.
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

/// The partition of an invitation's items.
fn partition(invitation: &Invitation) -> String {
    let hash = serde_json::to_value(spaces_store::InvitationRef::of(invitation)).unwrap();
    format!("INVITE#{}", hash.as_str().unwrap())
}

/// An invitation with times.
fn meeting(invitees: usize) -> Invitation {
    let hours = |hours| Some(harness::now() + SignedDuration::from_hours(hours));
    Invitation { mode: InviteMode::Meet, starts: hours(500), ends: hours(501), ..invitation(2, invitees) }
}

/// Lets everything else run until something is so.
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
        // The spaces that an inviter has in common with the receiver.
        "dynamodb:Query",
        // Leases and what became of mails, and the mails that an address got.
        "dynamodb:UpdateItem",
        // The rate of the account.
        "ses:GetAccount",
        // A composed mail needs both.
        "ses:SendEmail",
        "ses:SendRawEmail",
        // A message that waits.
        "sqs:ChangeMessageVisibility",
        // The mappings receive and delete in the role's name, and read how long a message is hidden.
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:ReceiveMessage",
        // A message that can never be handled, to the dead letters.
        "sqs:SendMessage",
    ];
    assert_eq!(harness::allowed_actions(ROLE).unwrap(), expected);
}
