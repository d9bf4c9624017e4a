//! The first mails about invitations that an address has received within 24 hours from inviters who are strangers to
//! its owner.
//!
//! They are stored by invitation, in the item that `deliver-invites` reads before each mail. If the function is killed
//! after it has counted a mail, it does not count the mail again.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde::Deserialize;
use serde::de::IgnoredAny;
use spaces_model::MailSender;

use crate::item::{self, Attributes, Guarded};
use crate::mail_limits::WITHIN;
use crate::time::Time;
use crate::{AddressRef, InvitationRef, MailStops, Store, StoreError, key};

/// Maximum number of mails from one sender.
const OF_ONE_SENDER: usize = 5;
/// Maximum number of attempts when concurrent mails to the same address are counted.
const MAX_ROUNDS: usize = 16;

/// The mails that an address has received.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Received {
    since: Option<Time>,
    /// The sender of the mail about each invitation, by the hash of the invitation's id.
    mails: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct ReceivedItem {
    got_since: Option<Time>,
    #[serde(default)]
    got: BTreeMap<String, CountedMail>,
}

/// A counted mail.
#[derive(Deserialize)]
#[serde(untagged)]
enum CountedMail {
    /// The sender.
    Sender(String),
    /// An entry written by a later release. It counts, but for no particular sender.
    Later(IgnoredAny),
}

impl Received {
    pub(crate) fn read(item: &Attributes) -> Result<Self, StoreError> {
        let own = ["got_since", "got"].into_iter();
        let own = own.filter_map(|name| Some((name.to_owned(), item.get(name)?.clone())));
        let ReceivedItem { got_since, got } = item::read("mail", own.collect())?;
        let mails = got.into_iter().map(|(invite, got)| match got {
            CountedMail::Sender(sender) => (invite, sender),
            CountedMail::Later(_) => (invite, String::new()),
        });
        Ok(Self { since: got_since, mails: mails.collect() })
    }
}

impl Store {
    /// Counts the first mail about an invitation to an address. Returns `false` and counts nothing if the address has
    /// already received 5 mails from the sender, or `per_receiver` counted mails in total, within 24 hours of the first
    /// one. `stops` is the address's item as it was read.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn count_received(
        &self,
        address: &AddressRef,
        stops: MailStops,
        invite: &InvitationRef,
        sender: &MailSender,
        per_receiver: u32,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let sender = key::sender_key(sender);
        let begin = now.saturating_sub(WITHIN).unwrap_or(Timestamp::MIN);
        let most = usize::try_from(per_receiver).unwrap_or(usize::MAX);
        let mut held = stops.received;
        for _ in 0..MAX_ROUNDS {
            let since = held.since.filter(|since| since.0 > begin);
            if since.is_some() {
                if held.mails.contains_key(invite.as_str()) {
                    return Ok(true);
                }
                let of_sender = held.mails.values().filter(|other| **other == sender).count();
                if held.mails.len() >= most || of_sender >= OF_ONE_SENDER {
                    return Ok(false);
                }
            }
            let update = if let Some(since) = since {
                self.update(key::mail(&address.0))
                    .update_expression("SET got.#invite = :sender")
                    .condition_expression("got_since = :held AND size(got) = :mails")
                    .expression_attribute_names("#invite", invite.as_str())
                    .expression_attribute_values(":sender", AttributeValue::S(sender.clone()))
                    .expression_attribute_values(":held", since.into())
                    .expression_attribute_values(":mails", AttributeValue::N(held.mails.len().to_string()))
            } else {
                let first = [(invite.as_str().to_owned(), AttributeValue::S(sender.clone()))].into();
                let restart = self
                    .update(key::mail(&address.0))
                    .update_expression("SET got_since = :now, got = :first")
                    .expression_attribute_values(":now", Time(now).into())
                    .expression_attribute_values(":first", AttributeValue::M(first));
                match held.since {
                    Some(since) => restart
                        .condition_expression("got_since = :held")
                        .expression_attribute_values(":held", since.into()),
                    None => restart.condition_expression("attribute_not_exists(got_since)"),
                }
            };
            match item::guarded(update).await? {
                Guarded::Written(_) => return Ok(true),
                Guarded::Refused(other) => held = Received::read(&other.unwrap_or_default())?,
            }
        }
        Err(StoreError::Unavailable("the mails to an address kept changing".into()))
    }
}
