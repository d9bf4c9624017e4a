//! The operator's tools: the `cargo xtask` commands `service-app`, `user`, `space`, `invitation`, `stops`, `reports`,
//! `relay` and `events`.

use std::error::Error;
use std::process::ExitCode;

use clap::Parser;
use spaces_http::{Env, Sources};
use spaces_operator::{CommandLine, OperatorError};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let line = CommandLine::parse();
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

#[expect(clippy::print_stdout, reason = "printing the result is the program's purpose")]
fn print(text: &str, is_good: bool) -> ExitCode {
    println!("{text}");
    if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
