//! Listening on loopback until dropped.

use std::net::{Ipv4Addr, SocketAddr};

use axum::Router;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::LocalError;

/// A port of the kernel's choice.
pub(crate) const ANY_PORT: u16 = 0;

/// A running HTTP server. Dropping it closes the listener and its idle connections.
#[derive(Debug)]
pub(crate) struct Server {
    address: SocketAddr,
    /// Its end is the signal to stop: the receiver resolves when this is dropped.
    _running: oneshot::Sender<()>,
}

impl Server {
    pub(crate) async fn start(port: u16, router: Router) -> Result<Self, LocalError> {
        let listener = listen(port).await?;
        let address = local_address(&listener, port)?;
        let (running, stopped) = oneshot::channel();
        // An answer that goes out in two packets would wait for Nagle's algorithm, 40 ms each.
        let listener = listener.tap_io(|connection| {
            connection.set_nodelay(true).ok();
        });
        tokio::spawn(async move {
            axum::serve(listener, router).with_graceful_shutdown(ended(stopped)).await.ok();
        });
        Ok(Self { address, _running: running })
    }

    /// `http://127.0.0.1:<port>`, without a trailing slash.
    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }
}

pub(crate) async fn listen(port: u16) -> Result<TcpListener, LocalError> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    TcpListener::bind(address).await.map_err(|source| LocalError::Listen { address, source })
}

pub(crate) fn local_address(listener: &TcpListener, port: u16) -> Result<SocketAddr, LocalError> {
    let asked = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    listener.local_addr().map_err(|source| LocalError::Listen { address: asked, source })
}

/// Resolves when the sender is gone.
pub(crate) async fn ended(stopped: oneshot::Receiver<()>) {
    stopped.await.ok();
}
