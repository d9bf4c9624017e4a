//! The local stack of `cargo xtask dev` in one process, and a command that prints tokens for it.

mod args;
mod restore;
mod serve;
mod token;

use std::io::{ErrorKind, Write};
use std::process::ExitCode;

use clap::Parser;
use jiff::Timestamp;

use self::args::{Arguments, LocalCommand};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        LocalCommand::Serve(options) => Box::pin(serve::serve(&options)).await,
        LocalCommand::Token(options) => match token::mint(&options, now()).await {
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

#[expect(clippy::disallowed_methods, reason = "only main reads the clock")]
fn now() -> Timestamp {
    Timestamp::now()
}

/// Prints the token; ignores a closed pipe.
fn print(text: &str) -> Result<(), Box<dyn std::error::Error>> {
    match writeln!(std::io::stdout(), "{text}") {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}
