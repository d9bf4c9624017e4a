//! The functions' roles. The emulator holds each function to its own, so whatever the rest of the rehearsal does is allowed by
//! the template; here is the proof that it does hold them, and the three exceptions.

use serde_json::{Value, json};

use crate::invitations::Told;
use crate::protocol::part;
use crate::service::{Service, expect_problem, expect_status};

/// The policies that the rehearsal adds to roles of the template.
const NAME: &str = "rehearsal";

/// Allows what the emulator asks for and AWS does not. The role of deliver-invites says which address it may send from, and of a
/// `SendEmail` the emulator tells the policies neither the identity nor the address in From, of a `PutEvents` not the source. On AWS a
/// batch needs the permission of a single message (*Actions defined by Amazon SQS* in the Service Authorization Reference).
pub(crate) fn lend(service: &Service<'_>) -> anyhow::Result<()> {
    put(service, "DeliverInvitesRole", &json!({ "Effect": "Allow", "Action": "ses:SendEmail", "Resource": "*" }))?;
    put(service, "RelayOutboxRole", &json!({ "Effect": "Allow", "Action": "sqs:SendMessageBatch", "Resource": "*" }))?;
    put(service, "PublishEventsRole", &json!({ "Effect": "Allow", "Action": "events:PutEvents", "Resource": "*" }))?;
    service.log.saw("lent publish-events events:PutEvents: the emulator can't judge the condition on their source");
    service.log.saw("lent deliver-invites ses:SendEmail: the emulator can't judge the condition on From in its role");
    service.log.saw("lent relay-outbox sqs:SendMessageBatch, which on AWS is part of sqs:SendMessage");
    Ok(())
}

/// Takes the table from join-invite and gives it back.
pub(crate) fn tell(service: &Service<'_>, told: &Told) -> anyhow::Result<()> {
    part("Roles");
    let ana = service.user("ana@example.com")?;
    put(service, "JoinInviteRole", &json!({ "Effect": "Deny", "Action": "dynamodb:*", "Resource": "*" }))?;
    expect_problem(&service.join(&told.invite, &ana)?, 500, "internal")?;
    let role = service.resource("JoinInviteRole")?;
    service.aws.call(&["iam", "delete-role-policy", "--role-name", role, "--policy-name", NAME])?;
    expect_status(&service.join(&told.invite, &ana)?, 200)?;
    service.log.saw("join-invite, denied the table: 500, no word of the cause; allowed it again: 200");
    Ok(())
}

fn put(service: &Service<'_>, role: &str, statement: &Value) -> anyhow::Result<()> {
    let role = service.resource(role)?;
    let policy = json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string();
    let put = ["iam", "put-role-policy", "--role-name", role, "--policy-name", NAME, "--policy-document", &policy];
    service.aws.call(&put).map(drop)
}
