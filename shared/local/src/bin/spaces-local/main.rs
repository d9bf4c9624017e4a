//! The local stack of `cargo xtask dev` in one process, and the tokens for it.

mod args;
mod restore;
mod serve;
mod token;

use std::io::{ErrorKind, Write};
use std::process::ExitCode;

use clap::Parser;
use jiff::Timestamp;

use self::args::{Arguments, Command};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Serve(options) => Box::pin(serve::serve(&options)).await,
        Command::Token(options) => match token::mint(&options, now()).await {
            Ok(token) => print(&token),
            Err(error) => Err(error),
        },
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("spaces-local: {error}");
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "main reads the clock for all below")]
fn now() -> Timestamp {
    Timestamp::now()
}

/// Writes the token, unless its reader has gone.
fn print(text: &str) -> Result<(), Box<dyn std::error::Error>> {
    match writeln!(std::io::stdout(), "{text}") {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}
