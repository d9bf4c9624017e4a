//! The floor of create-space-invite: the inviter's count of mails, then three concurrent conditional puts; the first
//! time, also the creator's item in the directory.

use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use floors::{Item, NOW, Recent, Table, id, invitation_partition, item, number, text};
use futures_util::{join, try_join};
use lambda_http::{Error, Request, RequestExt, Response, run, service_fn};

const USER: &str = "ff8d9819fc0e12bf0d24892e";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let table = &Table::from_env()?;
    let directory = &Recent::new(Duration::from_mins(10));
    table.warm_up().await?;
    run(service_fn(async |request: Request| {
        let invitees = request.query_string_parameters_ref().and_then(|query| query.first("n")?.parse().ok());
        let invitees = invitees.unwrap_or(1);
        let (space, invite) = (id(), id());
        let look_up = async { if directory.is_due() { table.look_up(USER).await } else { Ok(()) } };
        let (known, counted) = join!(look_up, count(table, invitees));
        known?;
        counted?;
        try_join!(
            table.put_if_absent(invitation(&space, &invite, invitees)),
            table.put_if_absent(space_item(&space, invitees)),
            table.put_if_absent(member_item(&space)),
        )?;
        Ok::<_, Error>(Response::new("Created".to_owned()))
    }))
    .await
}

async fn count(table: &Table, invitees: usize) -> Result<(), Error> {
    if invitees == 0 { Ok(()) } else { table.count_mails(&format!("LIMIT#MAILS#{USER}"), invitees).await }
}

fn space_item(space: &str, invitees: usize) -> Item {
    let pk = format!("SPACE#{space}");
    let mut attributes = item(&[
        ("pk", &pk),
        ("sk", "SPACE"),
        ("id", space),
        ("type", "group"),
        ("title", "Team lunch"),
        ("description", ""),
        ("status", "active"),
        ("creator", USER),
        ("created", NOW),
    ]);
    attributes.extend([
        ("admins".to_owned(), number(1)),
        ("first_mails".to_owned(), number(invitees as u64)),
        ("version".to_owned(), number(0)),
    ]);
    attributes
}

fn member_item(space: &str) -> Item {
    let (pk, sk) = (format!("SPACE#{space}"), format!("MEMBER#userId#{USER}"));
    let mut attributes = item(&[
        ("pk", &pk),
        ("sk", &sk),
        ("gsi2pk", &format!("USER#{USER}")),
        ("gsi2sk", &format!("SPACE#{NOW}#{space}")),
        ("user", USER),
        ("role", "admin"),
        ("display_name", "Alice Archer"),
        ("joined", NOW),
    ]);
    attributes.extend([
        ("own_act".to_owned(), AttributeValue::Bool(true)),
        ("card".to_owned(), AttributeValue::M(item(&[("at", NOW)]))),
        ("version".to_owned(), number(0)),
    ]);
    attributes
}

fn invitation(space: &str, invite: &str, invitees: usize) -> Item {
    let pk = invitation_partition(invite);
    let mut invitation = item(&[
        ("pk", &pk),
        ("sk", "INVITE"),
        ("gsi2pk", &format!("SPACE#{space}")),
        ("gsi2sk", &pk.replacen('#', &format!("#{NOW}#"), 1)),
        ("id", invite),
        ("space", space),
        ("mode", "invite"),
        ("channel", "server"),
        ("starts", "2099-04-28T19:55:50.950Z"),
        ("ends", "2099-04-28T20:55:50.950Z"),
        ("inviter", USER),
        ("inviter_name", "Alice Archer"),
        ("inviter_email", "alice@example.com"),
        ("created", NOW),
        ("expires", "2099-12-31T00:00:00.000Z"),
        ("request_hash", "ik2VsQjvYB8y+yEQngiZmSKCdqpRgZlcYY6BtlnHfLM="),
    ]);
    let founds =
        item(&[("title", "Team lunch"), ("description", ""), ("creator", USER), ("creator_name", "Alice Archer")]);
    let invitees = (0..invitees).map(|number| {
        let address = format!("invitee{number}@example.com");
        AttributeValue::M(item(&[("email", &address), ("role", "member")]))
    });
    let mailing = Item::from([("number".to_owned(), number(0)), ("kind".to_owned(), text("invite"))]);
    invitation.extend([
        ("founds".to_owned(), AttributeValue::M(founds)),
        ("invitees".to_owned(), AttributeValue::L(invitees.collect())),
        ("mailing".to_owned(), AttributeValue::M(mailing)),
        ("version".to_owned(), number(0)),
        ("sequence".to_owned(), number(0)),
        ("expires_at".to_owned(), number(4_104_950_400)),
    ]);
    invitation
}
