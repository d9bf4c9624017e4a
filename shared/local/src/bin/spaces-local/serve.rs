//! `spaces-local serve`: runs API Gateway, the table, the mailbox, the queues, the issuers and the event source
//! mappings in one process.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use spaces_local::issuer::OpaqueTokens;
use spaces_local::pump::Pump;
use spaces_local::{Dynamo, Gateway, LocalError, LocalQueues, Mailbox, Template, accounts, api_docs, issuer, samples};
use tokio::signal::unix::{SignalKind, signal};

use crate::args::ServeOptions;
use crate::restore;

/// Throttling limits of the local stack. They are generous; as in a deployment, guest logins have a lower limit than
/// the other routes.
const THROTTLING: [(&str, &str); 4] = [
    ("RequestsPerSecond", "1000"),
    ("RequestBurst", "1000"),
    ("GuestLoginsPerSecond", "200"),
    ("GuestLoginBurst", "200"),
];

/// Serves until SIGINT or SIGTERM.
pub(crate) async fn serve(options: &ServeOptions) -> Result<(), Box<dyn Error>> {
    let ServeOptions { data, api_port, invoke_port, mail_port, db_port } = options;
    fs::create_dir_all(data)?;
    let template = template()?;
    let dynamo = Arc::new(Dynamo::in_file(&data.join("table.db"), *db_port, &template).await?);
    let queues = LocalQueues::in_file(&data.join("queues.db"), template.queues()?)?;
    let store = samples::store_with(&dynamo, samples::DEVELOPMENT_INDEX_SECRET)?;
    samples::seed(&store).await?;
    let tokens = OpaqueTokens::in_directory(opaque_tokens(data));
    samples::add_opaque_token(&tokens)?;
    let api = format!("http://127.0.0.1:{api_port}");
    let beside = issuer::routes(tokens)
        .merge(accounts::routes(api.clone(), store))
        .merge(api_docs::routes(api.clone()))
        .merge(restore::routes(Arc::clone(&dynamo))?)
        .merge(queues.routes());
    let mailbox = Mailbox::in_directory(data.join("mail"), *mail_port, beside).await?;
    mailbox.follow_rules(&template, &queues)?;

    fs::write(api_url_file(data), &api)?;
    let functions = format!("http://127.0.0.1:{invoke_port}");
    let _gateway = Gateway::start(*api_port, &template, &functions).await?;
    let pump = Pump::new(&template, &dynamo.stream(), &queues, &functions, &data.join("stream"))?;
    eprintln!("spaces-local: DynamoDB at {}, mailbox, queues and issuer at {}", dynamo.endpoint(), mailbox.endpoint());

    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    tokio::select! {
        ended = pump.run() => ended?,
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    Ok(())
}

/// Returns the deployment template with the parameters of the local stack.
fn template() -> Result<Template, LocalError> {
    THROTTLING
        .into_iter()
        .try_fold(Template::of_this_checkout()?, |template, (name, value)| template.with_parameter(name, value))
}

/// Directory of the opaque tokens that introspection knows.
pub(crate) fn opaque_tokens(data: &Path) -> PathBuf {
    data.join("opaque-tokens")
}

/// File that holds the API's URL, which commands that issue tokens read.
pub(crate) fn api_url_file(data: &Path) -> PathBuf {
    data.join("api-url")
}
