//! Ports on the loopback interface.

use std::net::{Ipv4Addr, TcpListener};

use anyhow::{Context, bail};

/// Fails with the option of the first port that is in use or that is requested twice.
pub(crate) fn check_free(ports: &[(&str, u16)]) -> anyhow::Result<()> {
    for (index, (option, port)) in ports.iter().enumerate() {
        if let Some((other, _)) = ports.iter().take(index).find(|(_, earlier)| earlier == port) {
            bail!("{other} and {option} are both {port}");
        }
        if let Err(error) = TcpListener::bind((Ipv4Addr::LOCALHOST, *port)) {
            bail!("port {port} can't be used ({error}); free it, or choose another with {option}");
        }
    }
    Ok(())
}

/// Returns different ports that are free now.
///
/// # Errors
///
/// Fails if the kernel has no free port.
pub fn find_free<const N: usize>() -> anyhow::Result<[u16; N]> {
    // The listeners stay open until all ports are found, so that none is found twice.
    let mut listeners = Vec::with_capacity(N);
    let mut ports = [0; N];
    for port in &mut ports {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("finding a free port")?;
        *port = listener.local_addr()?.port();
        listeners.push(listener);
    }
    Ok(ports)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_in_use_is_named_with_its_option() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        let error = check_free(&[("--api-port", port)]).unwrap_err().to_string();
        assert!(error.starts_with(&format!("port {port} can't be used (")), "{error}");
        assert!(error.ends_with("choose another with --api-port"), "{error}");
    }

    #[test]
    fn one_port_for_two_options_is_rejected() {
        let [port] = find_free().unwrap();
        let error = check_free(&[("--api-port", port), ("--db-port", port)]).unwrap_err().to_string();
        assert_eq!(error, format!("--api-port and --db-port are both {port}"));
    }

    #[test]
    fn free_ports_are_different() {
        let [a, b, c] = find_free().unwrap();
        assert!(a != b && b != c && a != c);
    }
}
