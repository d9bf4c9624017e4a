//! Sends mails from the queues through SES: the function's entry point.

use deliver_invites::{App, MailBatch};
use jiff::Timestamp;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use spaces_http::{Env, Sources, init_log};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let env = Env::process();
    init_log(&env, env!("CARGO_CRATE_NAME"));
    let app = &App::from_env(&env, Sources::system())?;
    app.warm_up().await;
    lambda_runtime::run(service_fn(async |event: LambdaEvent<MailBatch>| {
        let deadline = Timestamp::try_from(event.context.deadline())?;
        Ok::<_, Error>(app.deliver(event.payload, deadline).await)
    }))
    .await
}
