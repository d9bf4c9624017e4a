//! Mails that the stream has given up.
//!
//! A record whose last attempt failed is gone from the stream a day later, and the queue of failures holds only its position
//! there. What was to be mailed is still in the table, and so is what has been.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use spaces_model::{Invitation, InviteId, format_time};
use spaces_store::{DeliveryState, OutboxRow, Store, StoreError, image_of_invitation};

use crate::{Answer, OperatorError};

/// What to look for, and how.
#[derive(Debug, PartialEq, Eq)]
pub struct Search {
    /// Younger invitations are still the stream's.
    pub(crate) older_than: SignedDuration,
    /// Read capacity units a second.
    pub(crate) read_units: u32,
    /// Where to write events.
    pub(crate) events: Option<PathBuf>,
}

/// Progress is told after so many pages, of up to 1 MB each.
const PAGES_A_WORD: u32 = 50;

/// What reading the whole table has found.
#[derive(Default)]
struct Found {
    /// The invitations that may still be mailed, by partition key, and the number of their invitees.
    invitations: HashMap<String, (InviteId, usize)>,
    /// The number of settled mails of each invitation, by partition key.
    settled: HashMap<String, usize>,
    unreadable: Vec<(String, StoreError)>,
    read_units: f64,
}

/// An invitation with mails that are neither sent nor refused.
struct Undelivered {
    invitation: Invitation,
    mails: usize,
}

pub(crate) async fn run(
    search: &Search,
    store: &Store,
    now: Timestamp,
    progress: impl FnMut(String),
) -> Result<Answer, OperatorError> {
    let before = now.saturating_sub(search.older_than).unwrap_or(Timestamp::MIN);
    let mut found = Found::default();
    found
        .read(
            store,
            search.read_units,
            |invitation| invitation.created <= before && invitation.check_open(now).is_ok(),
            progress,
        )
        .await?;
    let mut undelivered = Vec::new();
    for (pk, id) in found.short() {
        match look_closer(store, id, now).await {
            Ok(None) => {}
            Ok(Some(one)) => undelivered.push(one),
            Err(error @ StoreError::Corrupt { .. }) => found.unreadable.push((pk, error)),
            Err(error) => return Err(error.into()),
        }
    }
    undelivered.sort_by_key(|one| (one.invitation.created, one.invitation.id));
    let mut text = told(&undelivered, &found);
    if let Some(directory) = &search.events
        && !undelivered.is_empty()
    {
        write_events(directory, &undelivered)?;
        text.push_str(&advice(directory));
    }
    Ok(Answer { text, complete: found.unreadable.is_empty() })
}

impl Found {
    /// Reads the whole table, at this rate: it shares the table's capacity with the functions.
    async fn read(
        &mut self,
        store: &Store,
        read_units: u32,
        is_wanted: impl Fn(&Invitation) -> bool,
        mut progress: impl FnMut(String),
    ) -> Result<(), StoreError> {
        let (mut next, mut pages) = (None, 0_u32);
        loop {
            let page = store.outbox(next).await?;
            for row in page.rows {
                match row {
                    OutboxRow::Invitation { pk, invitation } if is_wanted(&invitation) => {
                        self.invitations.insert(pk, (invitation.id, invitation.invitees.len()));
                    }
                    OutboxRow::Invitation { .. } => {}
                    OutboxRow::Settled { pk } => *self.settled.entry(pk).or_default() += 1,
                    OutboxRow::Unreadable { pk, error } => self.unreadable.push((pk, error)),
                }
            }
            self.read_units += page.read_units;
            pages += 1;
            if pages.is_multiple_of(PAGES_A_WORD) {
                progress(format!("{pages} pages read, {:.0} read units", self.read_units));
            }
            next = page.next;
            if next.is_none() {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_secs_f64(page.read_units / f64::from(read_units))).await;
        }
    }

    /// The invitations with fewer settled mails than invitees.
    fn short(&self) -> Vec<(String, InviteId)> {
        let settled = |pk| self.settled.get(pk).copied().unwrap_or_default();
        let short = self.invitations.iter().filter(|(pk, (_, invitees))| settled(*pk) < *invitees);
        short.map(|(pk, (id, _))| (pk.clone(), *id)).collect()
    }
}

/// The whole table was read eventually consistent and over some time: what counts is what is there now.
async fn look_closer(store: &Store, id: InviteId, now: Timestamp) -> Result<Option<Undelivered>, StoreError> {
    let Some(invitation) = store.invitation(id).await? else { return Ok(None) };
    if invitation.check_open(now).is_err() {
        return Ok(None);
    }
    let deliveries = store.deliveries(&invitation).await?;
    let is_due = |target| {
        deliveries.get(target).is_none_or(|delivery| {
            matches!(delivery.state, None | Some(DeliveryState::Queued | DeliveryState::Sending))
        })
    };
    let mails = invitation.invitees.iter().filter(|invitee| is_due(&invitee.target)).count();
    Ok((mails > 0).then_some(Undelivered { invitation, mails }))
}

fn told(undelivered: &[Undelivered], found: &Found) -> String {
    let mails: usize = undelivered.iter().map(|one| one.mails).sum();
    let mut text = format!(
        "{} invitations with {mails} mails that are neither sent nor refused ({:.0} read units)",
        undelivered.len(),
        found.read_units
    );
    // Writing to a String does not fail.
    for Undelivered { invitation, mails } in undelivered {
        let (id, space) = (invitation.id, invitation.space);
        let (created, all) = (format_time(invitation.created), invitation.invitees.len());
        let _ = write!(text, "\ninvitation {id}  space {space}  created {created}  {mails} of {all} mails");
    }
    for (pk, error) in &found.unreadable {
        let cause = std::error::Error::source(error).map(|cause| format!(": {cause}")).unwrap_or_default();
        let _ = write!(text, "\ncannot be read: {pk}: {error}{cause}");
    }
    text
}

/// One file for each, since Lambda takes 6 MB for an invocation and has 15 minutes for it.
fn write_events(directory: &Path, undelivered: &[Undelivered]) -> Result<(), OperatorError> {
    let file = |path: &Path| {
        let path = path.to_owned();
        move |source| OperatorError::File { path, source }
    };
    fs::create_dir_all(directory).map_err(file(directory))?;
    for one in undelivered {
        // Named by the space, as logs and SES have it: the invitation's id is the link's secret.
        let path = directory.join(format!("{}.json", one.invitation.space));
        let event = event(&one.invitation)?.to_string();
        let mut options = OpenOptions::new();
        // It holds addresses, and the id in it is as good as the link.
        let options = options.write(true).create(true).truncate(true).mode(0o600);
        options.open(&path).and_then(|mut open| open.write_all(event.as_bytes())).map_err(file(&path))?;
    }
    Ok(())
}

/// The event that the stream sent when the invitation was made.
fn event(invitation: &Invitation) -> Result<Value, StoreError> {
    let image = serde_json::to_value(image_of_invitation(invitation)?);
    let image = image.map_err(|error| StoreError::Refused(Box::new(error)))?;
    let key = |name| image.get(name).cloned().unwrap_or_default();
    Ok(json!({
        "Records": [{
            "eventID": "undelivered",
            "eventName": "INSERT",
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": "none",
            "dynamodb": {
                "ApproximateCreationDateTime": invitation.created.as_second(),
                "Keys": { "pk": key("pk"), "sk": key("sk") },
                "NewImage": image,
                "SequenceNumber": "1",
                "SizeBytes": 0,
                "StreamViewType": "NEW_AND_OLD_IMAGES",
            },
        }],
    }))
}

fn advice(directory: &Path) -> String {
    format!(
        "\n\nFor each file in {0} (they hold addresses and links' secrets; delete them afterwards):\n\
         aws lambda invoke --function-name DELIVER_INVITES --cli-read-timeout 0 --payload fileb://{0}/FILE /dev/stdout\n\
         {{\"batchItemFailures\":[]}} means that nothing is left; what is sent already is not sent again.",
        directory.display()
    )
}
