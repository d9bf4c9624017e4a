//! Ports in front of the backends, with TLS or without. Both can close all connections, or stop answering on them.

use std::future::pending;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;

use anyhow::Context;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::broadcast;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// A way to end all connections.
#[derive(Debug, Clone, Copy)]
pub(super) enum End {
    /// The port closes them.
    HangUp,
    /// The connections stay open, but nothing arrives on them anymore.
    FallSilent,
}

pub(super) struct Tls {
    port: u16,
    acceptor: Option<TlsAcceptor>,
    authority: PathBuf,
    ends: broadcast::Sender<End>,
}

impl Tls {
    /// Opens a port without TLS.
    pub(super) async fn plain(backend: &str) -> anyhow::Result<Self> {
        Self::serve(backend, None, PathBuf::new()).await
    }

    /// Opens a port with a certificate for `localhost`, issued by an authority whose certificate is written to `data`.
    pub(super) async fn start(backend: &str, data: &Path) -> anyhow::Result<Self> {
        let mut authority = CertificateParams::new([])?;
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        // A certificate with the same name as its authority would count as self-signed.
        authority.distinguished_name.push(DnType::CommonName, "Authority of the benchmark");
        let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate()?)?;
        let path = data.join("authority.pem");
        std::fs::write(&path, authority.pem())?;
        let key = KeyPair::generate()?;
        let certificate = CertificateParams::new(["localhost".to_owned()])?.signed_by(&key, &authority)?;
        let key = PrivateKeyDer::try_from(key.serialize_der()).map_err(anyhow::Error::msg)?;
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone(), authority.der().clone()], key)?;
        Self::serve(backend, Some(TlsAcceptor::from(Arc::new(config))), path).await
    }

    /// Opens another port with the same certificate.
    pub(super) async fn another(&self, backend: &str) -> anyhow::Result<Self> {
        Self::serve(backend, self.acceptor.clone(), self.authority.clone()).await
    }

    async fn serve(backend: &str, acceptor: Option<TlsAcceptor>, authority: PathBuf) -> anyhow::Result<Self> {
        let backend = backend.strip_prefix("http://").context("a backend without http")?.to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let (ends, _) = broadcast::channel(1);
        let (accept, all_ends) = (acceptor.clone(), ends.clone());
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (accept, backend, mut end) = (accept.clone(), backend.clone(), all_ends.subscribe());
                tokio::spawn(async move {
                    let mut passing = pin!(pass_on(client, accept, &backend));
                    tokio::select! {
                        _ = &mut passing => {}
                        end = end.recv() => {
                            if let Ok(End::FallSilent) = end {
                                pending::<()>().await;
                            }
                        }
                    }
                });
            }
        });
        Ok(Self { port, acceptor, authority, ends })
    }

    pub(super) fn endpoint(&self) -> String {
        match self.acceptor {
            Some(_) => format!("https://localhost:{}", self.port),
            None => format!("http://127.0.0.1:{}", self.port),
        }
    }

    /// Returns the path of the certificate to trust.
    pub(super) fn authority(&self) -> &Path {
        &self.authority
    }

    pub(super) fn end(&self, how: End) {
        // Sending fails if there are no connections.
        self.ends.send(how).ok();
    }
}

async fn pass_on(client: TcpStream, acceptor: Option<TlsAcceptor>, backend: &str) -> std::io::Result<()> {
    client.set_nodelay(true)?;
    let mut backend = TcpStream::connect(backend).await?;
    backend.set_nodelay(true)?;
    if let Some(acceptor) = acceptor {
        let mut client = acceptor.accept(client).await?;
        copy_bidirectional(&mut client, &mut backend).await?;
    } else {
        let mut client = client;
        copy_bidirectional(&mut client, &mut backend).await?;
    }
    Ok(())
}
