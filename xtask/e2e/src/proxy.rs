//! A proxy in front of the emulated API, whose address is the rehearsal's `PUBLIC_URL`.
//!
//! The functions that verify guest tokens fetch the public keys from `PUBLIC_URL`. AWS's host names don't resolve to
//! the emulator, and the emulator selects the API by a host name that this machine can't resolve.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, OnceLock};
use std::thread;

use anyhow::Context;
use xtask::http;

use crate::emulator::TIMEOUT;

/// A port of the loopback interface whose `GET` requests are forwarded to the emulated API, until this process exits.
#[derive(Debug)]
pub(crate) struct ApiProxy {
    pub(crate) url: String,
    upstream: Arc<OnceLock<Upstream>>,
}

#[derive(Debug)]
struct Upstream {
    endpoint: String,
    host: String,
}

impl ApiProxy {
    pub(crate) fn start() -> anyhow::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("finding a free port")?;
        let url = format!("http://{}", listener.local_addr()?);
        let upstream = Arc::<OnceLock<Upstream>>::default();
        let shared = Arc::clone(&upstream);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let upstream = Arc::clone(&shared);
                thread::spawn(move || {
                    if let Some(Err(error)) = upstream.get().map(|upstream| forward(&client, upstream)) {
                        eprintln!("xtask: forwarding a function's request to the API failed: {error:#}");
                    }
                });
            }
        });
        Ok(Self { url, upstream })
    }

    /// Forwards requests from now on, to the API that the emulator serves under this host name.
    pub(crate) fn forward_to(&self, endpoint: &str, host: &str) -> anyhow::Result<()> {
        let upstream = Upstream { endpoint: endpoint.to_owned(), host: host.to_owned() };
        self.upstream.set(upstream).ok().context("the proxy already forwards requests")
    }
}

fn forward(mut client: &TcpStream, upstream: &Upstream) -> anyhow::Result<()> {
    let mut lines = BufReader::new(client).lines();
    let request = lines.next().context("an empty request")??;
    while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
    let path = request.strip_prefix("GET ").and_then(|rest| rest.split(' ').next()).context(request.clone())?;
    let response =
        http::send("GET", &format!("{}{path}", upstream.endpoint), &[("host", &upstream.host)], "", TIMEOUT)?;
    let (status, length, body) = (response.status, response.body.len(), &response.body);
    let kind = response.header("content-type");
    let head = format!("HTTP/1.1 {status} \r\ncontent-type: {kind}\r\ncontent-length: {length}\r\nconnection: close");
    write!(client, "{head}\r\n\r\n{body}").context("responding")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_forwarded_with_the_host_of_the_api() {
        let api = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let endpoint = format!("http://{}", api.local_addr().unwrap());
        let served = thread::spawn(move || {
            let (client, _) = api.accept().unwrap();
            let head: Vec<String> =
                BufReader::new(&client).lines().map(Result::unwrap).take_while(|line| !line.is_empty()).collect();
            (&client).write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}").unwrap();
            head
        });
        let proxy = ApiProxy::start().unwrap();
        proxy.forward_to(&endpoint, "api.example").unwrap();
        let url = format!("{}/.well-known/jwks.json", proxy.url);
        let response = http::send("GET", &url, &[], "", TIMEOUT).unwrap();
        assert_eq!((response.status, response.body.as_str()), (200, "{}"));
        let head = served.join().unwrap();
        assert_eq!(head.first().map(String::as_str), Some("GET /.well-known/jwks.json HTTP/1.1"));
        assert!(head.iter().any(|line| line.eq_ignore_ascii_case("host: api.example")), "{head:?}");
    }
}
