//! Sample data: a service app with its account in example.com, and users to invite and to act for.

use std::{collections::BTreeSet, error::Error, time::Duration};

use spaces_local::{Dynamo, tokens};
use spaces_model::{Email, EmailAddress, ServiceAppRegistration, ServiceAppStatus, User};
use spaces_store::{
    Store,
    aws::{Access, Patience, sdk_config},
};

/// Address, name and language of the users that the directory knows from the start.
const USERS: [(&str, &str, &str); 3] = [
    ("ana@example.com", "Ana García", "es"),
    ("remy@example.com", "Rémy Dubois", "fr"),
    ("sam@example.org", "Sam Smith", "en-US"),
];

/// Writes the sample data; what is there already stays or becomes the same again.
pub(crate) async fn seed(dynamo: &Dynamo) -> Result<(), Box<dyn Error>> {
    let store = store(dynamo);
    let email: EmailAddress = tokens::SERVICE_APP_EMAIL.parse()?;
    let account = tokens::Person::with_email(email.clone()).id;
    let account_user = User { id: account, name: Some("Sample service".to_owned()), ..user(&email) };
    store.remember(&account_user).await?;
    let registration = ServiceAppRegistration {
        id: tokens::SERVICE_APP_ID.parse()?,
        keys: tokens::service_app_jwks()?.to_string(),
        account,
        email,
        scopes: BTreeSet::from([tokens::ACT_AS_SCOPE.to_owned()]),
        status: ServiceAppStatus::Active,
    };
    store.register_service_app(&registration).await?;
    for (address, name, language) in USERS {
        let known = User { name: Some(name.to_owned()), language: Some(language.parse()?), ..user(&address.parse()?) };
        store.remember(&known).await?;
    }
    Ok(())
}

/// The person whom the development issuer gives this address.
fn user(address: &EmailAddress) -> User {
    let id = tokens::Person::with_email(address.clone()).id;
    User { id, name: None, email: Some(Email::Verified(address.clone())), language: None, zone: None }
}

fn store(dynamo: &Dynamo) -> Store {
    let access = Access {
        region: "local".to_owned(),
        access_key_id: "local".to_owned(),
        secret_access_key: "local".to_owned(),
        session_token: None,
        endpoint_url: Some(dynamo.endpoint()),
    };
    let patience = Patience { attempt: Duration::from_secs(5), operation: Duration::from_secs(10), attempts: 2 };
    Store::new(&sdk_config(access, patience), dynamo.table())
}
