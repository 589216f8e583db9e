//! Where connections come in.

use std::io;
use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpSocket};

/// Connections that may wait to be accepted. The standard library asks for 128; whoever comes beyond that is dropped without a
/// word, and tries again after a second (RFC 6298: the first retransmission of a SYN). The system has a limit of its own,
/// `net.core.somaxconn`, 4,096 by default since Linux 5.4, and takes the lower one.
const WAITING_MAX: u32 = 4_096;

/// Listens where a crowd may come at once, as it does when a sale opens or a network is back. To be called within a runtime.
///
/// # Errors
/// When the address is taken, or not ours.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // A server that starts again does not wait for the connections of the one before.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(WAITING_MAX)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::net::TcpStream;
    use std::time::Duration;

    use super::*;

    /// As many as connect while nobody accepts.
    const CROWD: u32 = 600;

    #[tokio::test]
    async fn a_crowd_gets_in_line_at_once() {
        let limit = fs::read_to_string("/proc/sys/net/core/somaxconn").ok();
        let limit = limit.and_then(|limit| limit.trim().parse().ok()).unwrap_or(WAITING_MAX);
        for address in ["127.0.0.1:0", "[::1]:0"] {
            let Ok(listener) = listen(address.parse().unwrap()) else {
                assert!(address.starts_with('['), "there is always an IPv4 loopback");
                continue;
            };
            let address = listener.local_addr().unwrap();
            let crowd: Vec<_> = (0..CROWD.min(limit))
                .map(|_| TcpStream::connect_timeout(&address, Duration::from_millis(900)).unwrap())
                .collect();
            assert_eq!(crowd.len() as u32, CROWD.min(limit));
        }
    }
}
