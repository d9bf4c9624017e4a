//! Serves `POST /api/spaces/invite`: the function's entry point.

use create_space_invite::App;
use spaces_http::{Env, Error, Sources, init_log};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let env = Env::process();
    init_log(&env, env!("CARGO_CRATE_NAME"));
    let app = App::from_env(&env, Sources::system())?;
    app.warm_up().await;
    spaces_http::run(|request| app.answer(request)).await
}
