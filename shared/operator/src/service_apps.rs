//! Service apps: who may sign their own tokens.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use jiff::Timestamp;
use serde_json::Value;
use spaces_auth::check_keys;
use spaces_model::{EmailAddress, MailSender, ServiceAppId, ServiceAppRegistration, ServiceAppStatus, UserId};
use spaces_store::Store;

use crate::OperatorError;
use crate::users::mails_shown;

/// What to do about a service app.
#[derive(Debug, PartialEq, Eq)]
pub enum ServiceAppCommand {
    /// Register it, or replace its registration.
    Register(Registration),
    /// Show its registration.
    Show(ServiceAppId),
    /// Let it call, or stop it.
    Set(ServiceAppId, ServiceAppStatus),
    /// Forget it.
    Remove(ServiceAppId),
}

/// A registration as the command line gives it.
#[derive(Debug, PartialEq, Eq)]
pub struct Registration {
    pub(crate) id: ServiceAppId,
    pub(crate) account: UserId,
    pub(crate) email: EmailAddress,
    pub(crate) keys: PathBuf,
    pub(crate) scopes: BTreeSet<String>,
    pub(crate) mails: u32,
    pub(crate) status: ServiceAppStatus,
}

/// How long the functions believe what they have read of a registration.
const NOTICED: &str = "Functions that have its registration in memory notice within 60 seconds.";

pub(crate) async fn run(command: &ServiceAppCommand, store: &Store, now: Timestamp) -> Result<String, OperatorError> {
    match command {
        ServiceAppCommand::Register(registration) => register(registration, store).await,
        ServiceAppCommand::Show(id) => {
            let app = store.service_app(id).await?.ok_or_else(|| unknown(id))?;
            let mails = store.sender_mails(&MailSender::App(id.clone()), now).await?;
            Ok(format!("{}\n{}", shown(&app), mails_shown(&mails)))
        }
        ServiceAppCommand::Set(id, status) => {
            let found = store.set_service_app_status(id, *status).await?;
            found.then(|| format!("service app {id} is {}. {NOTICED}", word(*status))).ok_or_else(|| unknown(id))
        }
        ServiceAppCommand::Remove(id) => {
            let found = store.remove_service_app(id).await?;
            found.then(|| format!("service app {id} is removed. {NOTICED}")).ok_or_else(|| unknown(id))
        }
    }
}

async fn register(registration: &Registration, store: &Store) -> Result<String, OperatorError> {
    let path = &registration.keys;
    let keys = fs::read_to_string(path).map_err(|source| OperatorError::File { path: path.clone(), source })?;
    check_keys(&keys).map_err(|fault| OperatorError::Keys { path: path.clone(), fault })?;
    let Registration { id, account, email, scopes, mails, status, .. } = registration;
    let app = ServiceAppRegistration {
        id: id.clone(),
        keys,
        account: *account,
        email: email.clone(),
        scopes: scopes.clone(),
        mails: *mails,
        status: *status,
    };
    let replaced = store.service_app(id).await?.is_some();
    store.register_service_app(&app).await?;
    let done = if replaced { format!("registered anew. {NOTICED}") } else { "registered.".to_owned() };
    Ok(format!("{}\n\n{done}", shown(&app)))
}

fn shown(app: &ServiceAppRegistration) -> String {
    let scopes: Vec<&str> = app.scopes.iter().map(String::as_str).collect();
    let scopes = if scopes.is_empty() { "none".to_owned() } else { scopes.join(" ") };
    format!(
        "service app  {}\nstatus       {}\naccount      {}\naddress      {}\nscopes       {scopes}\nmails        {} within 24 hours\nkeys         {}",
        app.id,
        word(app.status),
        app.account,
        app.email.as_typed(),
        app.mails,
        keys(&app.keys),
    )
}

/// The ids of the keys, by which their owner tells them apart.
fn keys(set: &str) -> String {
    let set: Value = serde_json::from_str(set).unwrap_or_default();
    let keys = set.get("keys").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let name = |key: &Value| {
        let member = |name| key.get(name).and_then(Value::as_str);
        format!("{} ({})", member("kid").unwrap_or("without kid"), member("kty").unwrap_or("no kty"))
    };
    let names: Vec<String> = keys.iter().map(name).collect();
    if names.is_empty() { "none that can be read".to_owned() } else { names.join(", ") }
}

const fn word(status: ServiceAppStatus) -> &'static str {
    match status {
        ServiceAppStatus::Active => "active",
        ServiceAppStatus::Suspended => "disabled",
    }
}

fn unknown(id: &ServiceAppId) -> OperatorError {
    OperatorError::NotFound(format!("service app {id}"))
}
