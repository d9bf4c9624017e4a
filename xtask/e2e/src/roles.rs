//! Checks that the emulator enforces the functions' roles, and grants three exceptions. The template's roles
//! allow everything else that the rehearsal does.

use serde_json::{Value, json};

use crate::invitations::Fixture;
use crate::service::{DeployedService, expect_problem, expect_status};
use crate::transcript::section;

/// The name of the policies that the rehearsal adds to roles.
const NAME: &str = "rehearsal";

/// Grants the permissions that the emulator requires and AWS does not. Roles restrict the sender address of `SendEmail`
/// and the source of `PutEvents`, but the emulator supports neither condition. On AWS, a batch needs only the
/// permission for a single message (*Actions defined by Amazon SQS* in the Service Authorization Reference).
pub(crate) fn grant_exceptions(service: &DeployedService<'_>) -> anyhow::Result<()> {
    put(service, "DeliverInvitesRole", &json!({ "Effect": "Allow", "Action": "ses:SendEmail", "Resource": "*" }))?;
    put(service, "RelayOutboxRole", &json!({ "Effect": "Allow", "Action": "sqs:SendMessageBatch", "Resource": "*" }))?;
    put(service, "PublishEventsRole", &json!({ "Effect": "Allow", "Action": "events:PutEvents", "Resource": "*" }))?;
    service
        .transcript
        .step("granted publish-events events:PutEvents: the emulator can't evaluate the condition on the source");
    service
        .transcript
        .step("granted deliver-invites ses:SendEmail: the emulator can't evaluate the condition on the sender address");
    service.transcript.step("granted relay-outbox sqs:SendMessageBatch, which sqs:SendMessage includes on AWS");
    Ok(())
}

/// Denies join-invite the table, then allows it again.
pub(crate) fn run(service: &DeployedService<'_>, fixture: &Fixture) -> anyhow::Result<()> {
    section("Roles");
    let ana = service.user("ana@example.com")?;
    put(service, "JoinInviteRole", &json!({ "Effect": "Deny", "Action": "dynamodb:*", "Resource": "*" }))?;
    expect_problem(&service.join(&fixture.invite, &ana)?, 500, "internal")?;
    let role = service.resource("JoinInviteRole")?;
    service.aws.call(&["iam", "delete-role-policy", "--role-name", role, "--policy-name", NAME])?;
    expect_status(&service.join(&fixture.invite, &ana)?, 200)?;
    service
        .transcript
        .step("join-invite without access to the table: 500 that hides the cause; with access again: 200");
    Ok(())
}

fn put(service: &DeployedService<'_>, role: &str, statement: &Value) -> anyhow::Result<()> {
    let role = service.resource(role)?;
    let policy = json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string();
    let put = ["iam", "put-role-policy", "--role-name", role, "--policy-name", NAME, "--policy-document", &policy];
    service.aws.call(&put).map(drop)
}
