//! HTTP servers on the loopback interface.

use std::net::{Ipv4Addr, SocketAddr};

use axum::Router;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::LocalError;

/// Port 0, which lets the kernel pick a port.
pub(crate) const ANY_PORT: u16 = 0;

/// A running HTTP server. Dropping it closes the listener and its idle connections.
#[derive(Debug)]
pub(crate) struct Server {
    address: SocketAddr,
    /// Stops the server when dropped, because that resolves the receiver.
    _running: oneshot::Sender<()>,
}

impl Server {
    pub(crate) async fn start(port: u16, router: Router) -> Result<Self, LocalError> {
        let listener = listen(port).await?;
        let address = local_address(&listener, port)?;
        let (running, stopped) = oneshot::channel();
        // Nagle's algorithm would delay each response that is sent in two packets by 40 ms.
        let listener = listener.tap_io(|connection| {
            connection.set_nodelay(true).ok();
        });
        tokio::spawn(async move {
            axum::serve(listener, router).with_graceful_shutdown(dropped(stopped)).await.ok();
        });
        Ok(Self { address, _running: running })
    }

    /// Returns `http://127.0.0.1:<port>`, without a trailing slash.
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

/// Resolves when the sender is dropped.
pub(crate) async fn dropped(stopped: oneshot::Receiver<()>) {
    stopped.await.ok();
}
