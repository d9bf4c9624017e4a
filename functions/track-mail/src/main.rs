//! Records SES's events as the states of mails: the function's entry point.

use lambda_runtime::{Error, LambdaEvent, service_fn};
use spaces_http::{Env, Sources, init_log};
use track_mail::{App, FeedbackBatch};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let env = Env::process();
    init_log(&env, env!("CARGO_CRATE_NAME"));
    let app = &App::from_env(&env, Sources::system())?;
    lambda_runtime::run(service_fn(async |event: LambdaEvent<FeedbackBatch>| {
        Ok::<_, Error>(app.track(event.payload).await)
    }))
    .await
}
