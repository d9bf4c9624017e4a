//! Redrives a dead-lettered record of the stream, as docs/operations.md describes.

use serde_json::json;

use crate::emulator::TIMEOUT;
use crate::invitations::Fixture;
use crate::queues;
use crate::service::{DeployedService, expect};
use crate::table;
use crate::transcript::section;

const FAILURES: &str = "RelayFailuresUrl";

/// Redrives the record of an invitation whose mail was sent, which must change nothing.
pub(crate) fn run(service: &DeployedService<'_>, fixture: &Fixture) -> anyhow::Result<()> {
    section("Redrive");
    let items = table::items(service)?;
    let key = (table::invitation_partition(&items, &fixture.invite)?, "INVITE".to_owned());
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
    expect("remaining records", &queues::messages(service, FAILURES)?, &0)?;
    queues::wait_until_empty(service, TIMEOUT)?;
    expect("mails after the redrive", &service.emulator.mails()?.len(), &mails)?;
    service
        .transcript
        .step("relay redrive: the record is relayed and removed from RelayFailures; no mail is sent twice");
    Ok(())
}
