//! The smallest function behind API Gateway: the floor of anonymous-login, which calls no other service.

use lambda_http::{Error, Request, Response, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    run(service_fn(async |_: Request| Ok::<_, Error>(Response::new("Hello".to_owned())))).await
}
