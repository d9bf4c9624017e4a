//! Measures how long the crate takes to write mails and pages: `cargo run --release -p spaces-content --example bench`.

use std::error::Error;
use std::hint::black_box;
use std::io::Write as _;
use std::time::Instant;

use spaces_content::pages::{self, Frame, JoinOptions, MailActions};
use spaces_content::{Brand, Language, client_mail, mime, outlook_item};
use spaces_model::ItipMethod;

#[expect(clippy::unwrap_used, reason = "samples that cannot be read are a bug")]
#[path = "../tests/content/samples.rs"]
mod samples;

use samples::Sample;

const ROUNDS: u32 = 2_000;

fn main() -> Result<(), Box<dyn Error>> {
    let mut out = std::io::stdout().lock();
    for (sample, language) in Sample::all().iter().zip([Language::De, Language::EnUs, Language::Ar]) {
        let (invitation, recipient, sender) = (sample.invitation(), sample.recipient(), samples::sender());
        let message = || mime(&invitation, &recipient, language, &sender, samples::edition(ItipMethod::Request));
        let (brand, shown) = (Brand::default(), Sample::shown(&invitation, samples::BEFORE));
        let frame = Frame { language, brand: &brand };
        let ways = JoinOptions { path: "/", sign_in: Some("/in"), sign_up: None, guest: true, decline: None };
        let mail = MailActions { path: "/", own: None };
        let acme = samples::acme();
        let branded = || mime(&invitation, &recipient, language, &acme, samples::edition(ItipMethod::Request));
        let first = Instant::now();
        let size = message().len();
        let first = first.elapsed();
        writeln!(out, "{} {}: first message {first:?}, {size} bytes", sample.name, language.tag())?;
        for (what, write) in [
            ("message", &(|| drop(black_box(message()))) as &dyn Fn()),
            ("message with a logo", &|| drop(black_box(branded()))),
            ("client mail", &|| drop(black_box(client_mail(&invitation, language, &samples::brand())))),
            ("outlook item", &|| drop(black_box(outlook_item(&invitation, language, &samples::brand())))),
            ("page", &|| drop(black_box(pages::login(&shown, &ways, mail, &frame)))),
        ] {
            let start = Instant::now();
            (0..ROUNDS).for_each(|_| write());
            writeln!(out, "  {what}: {:?}", start.elapsed() / ROUNDS)?;
        }
    }
    Ok(())
}
