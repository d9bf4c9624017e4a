//! The operator's tools: `cargo xtask service-app`, `user`, `invitation` and `relay`.

use std::error::Error;
use std::process::ExitCode;

use spaces_http::{Env, Sources};
use spaces_operator::{OperatorError, USAGE};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let line = match spaces_operator::parse(lexopt::Parser::from_env()) {
        Ok(Some(line)) => line,
        Ok(None) => return print(USAGE, true),
        Err(error) => {
            eprintln!("{error}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    spaces_http::init_audit();
    let env = line.table.environment(Env::process());
    match spaces_operator::run(&line.command, &env, Sources::system()).await {
        Ok(answer) => print(&answer.text, answer.complete),
        Err(error) => {
            eprintln!("{}", with_causes(&error));
            ExitCode::FAILURE
        }
    }
}

fn with_causes(error: &OperatorError) -> String {
    let causes = std::iter::successors(error.source(), |&cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

#[expect(clippy::print_stdout, reason = "the answer or the help is what was asked for")]
fn print(text: &str, is_good: bool) -> ExitCode {
    println!("{text}");
    if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
