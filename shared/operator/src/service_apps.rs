//! Service apps: who may sign their own tokens.

use std::fs;
use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};
use jiff::Timestamp;
use serde_json::Value;
use spaces_auth::check_keys;
use spaces_model::{
    ACT_AS_SCOPE, EmailAddress, MAILS_PER_SERVICE_APP, MailSender, ServiceAppId, ServiceAppRegistration,
    ServiceAppStatus, UserId,
};
use spaces_store::Store;

use crate::OperatorError;
use crate::users::mails_shown;

/// What to do about a service app.
#[derive(Debug, PartialEq, Eq, Subcommand)]
pub enum ServiceAppCommand {
    /// Registers a service app, or replaces its registration
    Register(Registration),
    /// Shows its registration, and the mails that it caused
    Show {
        /// The service app's id
        id: ServiceAppId,
    },
    /// Stops it from calling
    Disable {
        /// The service app's id
        id: ServiceAppId,
    },
    /// Lets it call again
    Enable {
        /// The service app's id
        id: ServiceAppId,
    },
    /// Removes its registration
    Remove {
        /// The service app's id
        id: ServiceAppId,
    },
}

/// A registration as the command line gives it.
#[derive(Debug, PartialEq, Eq, Args)]
pub struct Registration {
    /// The service app's id
    #[arg(long)]
    id: ServiceAppId,
    /// The user id of its account
    #[arg(long, value_name = "USER_ID")]
    account: UserId,
    /// The address of its account
    #[arg(long, value_name = "ADDRESS")]
    email: EmailAddress,
    /// A JWK Set of its public keys
    #[arg(long, value_name = "FILE")]
    keys: PathBuf,
    /// A scope that it may use: that of acting for users
    #[arg(long = "scope", value_name = "SCOPE", value_parser = PossibleValuesParser::new([ACT_AS_SCOPE]))]
    scopes: Vec<String>,
    /// The people whom it may mail within 24 hours
    #[arg(long, value_name = "N", default_value_t = MAILS_PER_SERVICE_APP, value_parser = clap::value_parser!(u32).range(1..=MOST_MAILS))]
    mails: u32,
    /// It may not call yet
    #[arg(long)]
    disabled: bool,
}

/// Maximum number of people whom a service app may be registered to mail within 24 hours.
const MOST_MAILS: i64 = 10_000_000;

/// How long the functions believe what they have read of a registration.
const NOTICED: &str = "Functions that have its registration in memory notice within 60 seconds.";

pub(crate) async fn run(command: &ServiceAppCommand, store: &Store, now: Timestamp) -> Result<String, OperatorError> {
    match command {
        ServiceAppCommand::Register(registration) => register(registration, store).await,
        ServiceAppCommand::Show { id } => {
            let app = store.service_app(id).await?.ok_or_else(|| unknown(id))?;
            let mails = store.sender_mails(&MailSender::App(id.clone()), now).await?;
            Ok(format!("{}\n{}", shown(&app), mails_shown(&mails)))
        }
        ServiceAppCommand::Disable { id } => set(store, id, ServiceAppStatus::Disabled).await,
        ServiceAppCommand::Enable { id } => set(store, id, ServiceAppStatus::Active).await,
        ServiceAppCommand::Remove { id } => {
            let found = store.remove_service_app(id).await?;
            found.then(|| format!("service app {id} is removed. {NOTICED}")).ok_or_else(|| unknown(id))
        }
    }
}

async fn set(store: &Store, id: &ServiceAppId, status: ServiceAppStatus) -> Result<String, OperatorError> {
    let found = store.set_service_app_status(id, status).await?;
    found.then(|| format!("service app {id} is {}. {NOTICED}", word(status))).ok_or_else(|| unknown(id))
}

async fn register(registration: &Registration, store: &Store) -> Result<String, OperatorError> {
    let path = &registration.keys;
    let keys = fs::read_to_string(path).map_err(|source| OperatorError::File { path: path.clone(), source })?;
    check_keys(&keys).map_err(|fault| OperatorError::Keys { path: path.clone(), fault })?;
    let Registration { id, account, email, scopes, mails, disabled, .. } = registration;
    let app = ServiceAppRegistration {
        id: id.clone(),
        keys,
        account: *account,
        email: email.clone(),
        scopes: scopes.iter().cloned().collect(),
        mails: *mails,
        status: if *disabled { ServiceAppStatus::Disabled } else { ServiceAppStatus::Active },
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
        ServiceAppStatus::Disabled => "disabled",
    }
}

fn unknown(id: &ServiceAppId) -> OperatorError {
    OperatorError::NotFound(format!("service app {id}"))
}
