//! The operator relays a record that was set aside, as docs/operations.md has it.

use serde_json::json;

use crate::emulator::PATIENCE;
use crate::invitations::Told;
use crate::protocol::part;
use crate::queues;
use crate::service::{Service, expect};
use crate::table;

const FAILURES: &str = "RelayFailuresUrl";

/// The record of an invitation that was mailed: relayed again, it must change nothing.
pub(crate) fn tell(service: &Service<'_>, told: &Told) -> anyhow::Result<()> {
    part("Redrive");
    let items = table::items(service)?;
    let key = (table::invitation_partition(&items, &told.invite)?, "INVITE".to_owned());
    let record = json!({
        "eventID": "1", "eventName": "INSERT", "eventVersion": "1.1", "eventSource": "aws:dynamodb",
        "awsRegion": crate::account::REGION,
        "dynamodb": {
            "ApproximateCreationDateTime": 0, "Keys": { "pk": { "S": key.0 }, "sk": { "S": key.1 } },
            "NewImage": items.get(&key), "SequenceNumber": "1", "SizeBytes": 0, "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
    });
    let mails = service.emulator.mails()?.len();
    queues::send(service, FAILURES, &record)?;
    service.operate(&["relay", "redrive"])?;
    expect("records that are left", &queues::messages(service, FAILURES)?, &0)?;
    queues::until_empty(service, PATIENCE)?;
    expect("mails after a record that came again", &service.emulator.mails()?.len(), &mails)?;
    service.log.saw("relay redrive: the record in RelayFailures is relayed and gone, and nobody was mailed twice");
    Ok(())
}
