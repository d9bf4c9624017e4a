//! Commands for service apps, which may sign their own tokens.

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
use crate::users::format_mails;

/// A command about a service app.
#[derive(Debug, PartialEq, Eq, Subcommand)]
pub enum ServiceAppCommand {
    /// Registers a service app, or replaces its registration
    Register(Registration),
    /// Shows its registration, and the number of mails that it caused
    Show {
        /// The service app's id
        id: ServiceAppId,
    },
    /// Disables it: its calls are rejected
    Disable {
        /// The service app's id
        id: ServiceAppId,
    },
    /// Enables it again
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

/// A registration, as given on the command line.
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
    /// A scope that it may use; the only one is acting for users
    #[arg(long = "scope", value_name = "SCOPE", value_parser = PossibleValuesParser::new([ACT_AS_SCOPE]))]
    scopes: Vec<String>,
    /// Maximum number of people that it may mail within 24 hours
    #[arg(long, value_name = "N", default_value_t = MAILS_PER_SERVICE_APP, value_parser = clap::value_parser!(u32).range(1..=MAX_MAILS))]
    mails: u32,
    /// Registers it as disabled
    #[arg(long)]
    disabled: bool,
}

/// Upper bound for `--mails`.
const MAX_MAILS: i64 = 10_000_000;

/// A note on how long the functions cache a registration.
const CACHE_NOTE: &str = "Functions that have cached its registration notice the change within 60 seconds.";

pub(crate) async fn run(command: &ServiceAppCommand, store: &Store, now: Timestamp) -> Result<String, OperatorError> {
    match command {
        ServiceAppCommand::Register(registration) => register(registration, store).await,
        ServiceAppCommand::Show { id } => {
            let app = store.service_app(id).await?.ok_or_else(|| unknown(id))?;
            let mails = store.sender_mails(&MailSender::App(id.clone()), now).await?;
            Ok(format!("{}\n{}", shown(&app), format_mails(&mails)))
        }
        ServiceAppCommand::Disable { id } => set(store, id, ServiceAppStatus::Disabled).await,
        ServiceAppCommand::Enable { id } => set(store, id, ServiceAppStatus::Active).await,
        ServiceAppCommand::Remove { id } => {
            let found = store.remove_service_app(id).await?;
            found.then(|| format!("service app {id} is removed. {CACHE_NOTE}")).ok_or_else(|| unknown(id))
        }
    }
}

async fn set(store: &Store, id: &ServiceAppId, status: ServiceAppStatus) -> Result<String, OperatorError> {
    let found = store.set_service_app_status(id, status).await?;
    found.then(|| format!("service app {id} is {}. {CACHE_NOTE}", word(status))).ok_or_else(|| unknown(id))
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
    let done = if replaced { format!("registration replaced. {CACHE_NOTE}") } else { "registered.".to_owned() };
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

/// Returns the ids and types of the keys, which let the owner identify them.
fn keys(set: &str) -> String {
    let set: Value = serde_json::from_str(set).unwrap_or_default();
    let keys = set.get("keys").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let name = |key: &Value| {
        let member = |name| key.get(name).and_then(Value::as_str);
        format!("{} ({})", member("kid").unwrap_or("without kid"), member("kty").unwrap_or("no kty"))
    };
    let names: Vec<String> = keys.iter().map(name).collect();
    if names.is_empty() { "none readable".to_owned() } else { names.join(", ") }
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
