//! The directory: users whom no token has told of yet.

use jiff::Timestamp;
use spaces_model::{Email, EmailAddress, User, UserId};
use spaces_store::Store;

use crate::OperatorError;

/// What to do about a user.
#[derive(Debug, PartialEq, Eq)]
pub enum UserCommand {
    /// Put them into the directory, or add to what is known.
    Put(Box<User>),
    /// Show what is known.
    Show(Who),
}

/// How a user is named.
#[derive(Debug, PartialEq, Eq)]
pub enum Who {
    /// By their id.
    Id(UserId),
    /// By their verified address.
    Address(EmailAddress),
}

pub(crate) async fn run(command: &UserCommand, store: &Store, now: Timestamp) -> Result<String, OperatorError> {
    let who = match command {
        UserCommand::Put(user) => {
            // Dated, so that it takes the address from its owner: without a date it would take none.
            let dated = |email: &Email| Email::Proven { address: email.address().clone(), at: Some(now) };
            let user = User { email: user.email.as_ref().map(dated), ..(**user).clone() };
            store.reconcile(&user, now).await?;
            &Who::Id(user.id)
        }
        UserCommand::Show(who) => who,
    };
    let user = match who {
        Who::Id(id) => store.user(*id).await?,
        Who::Address(address) => store.user_by_email(address).await?,
    };
    user.map(|user| shown(&user)).ok_or_else(|| {
        OperatorError::NotFound(match who {
            Who::Id(id) => format!("user {id}"),
            Who::Address(address) => format!("user with the address {}", address.as_typed()),
        })
    })
}

fn shown(user: &User) -> String {
    let address = user.email.as_ref().and_then(Email::verified).map(EmailAddress::as_typed);
    let language = user.language.as_ref().map(ToString::to_string);
    let or_none = |text: Option<&str>| text.unwrap_or("not known").to_owned();
    format!(
        "user      {}\nname      {}\naddress   {}\nlanguage  {}\nzone      {}",
        user.id,
        or_none(user.name.as_deref()),
        or_none(address),
        or_none(language.as_deref()),
        or_none(user.zone.as_deref()),
    )
}
