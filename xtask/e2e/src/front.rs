//! The address at which the functions reach their own API: `PUBLIC_URL` of the rehearsal.
//!
//! The functions that verify guest tokens fetch the public keys from `PUBLIC_URL`. AWS's names lead nowhere here, and the emulator
//! knows the API by a host name that this machine does not resolve.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, OnceLock};
use std::thread;

use anyhow::Context;

use crate::emulator::PATIENCE;
use xtask::http;

/// A port of the loopback interface whose `GET` requests go to the emulated API. It serves until the process ends.
#[derive(Debug)]
pub(crate) struct Front {
    pub(crate) url: String,
    api: Arc<OnceLock<Api>>,
}

#[derive(Debug)]
struct Api {
    endpoint: String,
    host: String,
}

impl Front {
    pub(crate) fn start() -> anyhow::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("looking for a free port")?;
        let url = format!("http://{}", listener.local_addr()?);
        let api = Arc::<OnceLock<Api>>::default();
        let served = Arc::clone(&api);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let api = Arc::clone(&served);
                thread::spawn(move || {
                    if let Some(Err(error)) = api.get().map(|api| forward(&client, api)) {
                        eprintln!("xtask: a request of a function to its own API failed: {error:#}");
                    }
                });
            }
        });
        Ok(Self { url, api })
    }

    /// Leads to the API that the emulator knows by this host.
    pub(crate) fn lead_to(&self, endpoint: &str, host: &str) -> anyhow::Result<()> {
        let api = Api { endpoint: endpoint.to_owned(), host: host.to_owned() };
        self.api.set(api).ok().context("the API was known already")
    }
}

fn forward(mut client: &TcpStream, api: &Api) -> anyhow::Result<()> {
    let mut lines = BufReader::new(client).lines();
    let request = lines.next().context("an empty request")??;
    while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
    let path = request.strip_prefix("GET ").and_then(|rest| rest.split(' ').next()).context(request.clone())?;
    let answer = http::send("GET", &format!("{}{path}", api.endpoint), &[("host", &api.host)], "", PATIENCE)?;
    let (status, length, body) = (answer.status, answer.body.len(), &answer.body);
    let kind = answer.header("content-type");
    let head = format!("HTTP/1.1 {status} \r\ncontent-type: {kind}\r\ncontent-length: {length}\r\nconnection: close");
    write!(client, "{head}\r\n\r\n{body}").context("answering")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_reaches_the_api_by_its_host() {
        let api = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let endpoint = format!("http://{}", api.local_addr().unwrap());
        let served = thread::spawn(move || {
            let (client, _) = api.accept().unwrap();
            let head: Vec<String> =
                BufReader::new(&client).lines().map(Result::unwrap).take_while(|line| !line.is_empty()).collect();
            (&client).write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}").unwrap();
            head
        });
        let front = Front::start().unwrap();
        front.lead_to(&endpoint, "api.example").unwrap();
        let url = format!("{}/.well-known/jwks.json", front.url);
        let answer = http::send("GET", &url, &[], "", PATIENCE).unwrap();
        assert_eq!((answer.status, answer.body.as_str()), (200, "{}"));
        let head = served.join().unwrap();
        assert_eq!(head.first().map(String::as_str), Some("GET /.well-known/jwks.json HTTP/1.1"));
        assert!(head.iter().any(|line| line.eq_ignore_ascii_case("host: api.example")), "{head:?}");
    }
}
