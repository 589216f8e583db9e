//! Where a server is, and the bytes to and from it, in the clear or under TLS.

use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, OnceLock};

use anyhow::{Context, bail, ensure};
use hyper::Uri;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// Where a server is: `http://host:port`, `https://host`, or just `host:port`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Its host and port, as the `Host` header says them.
    pub authority: String,
    /// Whether it speaks TLS.
    pub secure: bool,
}

/// Bytes both ways.
pub type Wire = Box<dyn Bytes>;

/// What a [`Wire`] can do.
pub trait Bytes: AsyncRead + AsyncWrite + Unpin + Send + fmt::Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + fmt::Debug> Bytes for T {}

impl Address {
    /// A server on this machine.
    #[must_use]
    pub fn local(port: u16) -> Self {
        Self { authority: format!("127.0.0.1:{port}"), secure: false }
    }

    /// Connects.
    ///
    /// # Errors
    /// When nobody listens there, or its certificate is not trusted.
    pub async fn connect(&self) -> anyhow::Result<Wire> {
        let (host, port) = self.host_and_port();
        let stream =
            TcpStream::connect((host, port)).await.with_context(|| format!("cannot connect to {self}"))?;
        // Small requests must not wait for the acknowledgement of the one before.
        stream.set_nodelay(true).context("cannot switch off Nagle's algorithm")?;
        if !self.secure {
            return Ok(Box::new(stream));
        }
        let name = ServerName::try_from(host.to_owned()).context("the host has no name for a certificate")?;
        let connector = TlsConnector::from(tls()?);
        Ok(Box::new(connector.connect(name, stream).await.with_context(|| format!("no TLS with {self}"))?))
    }

    /// The beginning of its WebSockets' addresses.
    #[must_use]
    pub fn socket_url(&self, path: &str) -> String {
        format!("{}://{}{path}", if self.secure { "wss" } else { "ws" }, self.authority)
    }

    fn host_and_port(&self) -> (&str, u16) {
        let default = if self.secure { 443 } else { 80 };
        match self.authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => {
                (host.trim_matches(['[', ']']), port.parse().unwrap_or(default))
            }
            _ => (self.authority.trim_matches(['[', ']']), default),
        }
    }
}

/// The system's roots, or those that `SSL_CERT_FILE` names.
fn tls() -> anyhow::Result<Arc<ClientConfig>> {
    static CONFIG: OnceLock<Arc<ClientConfig>> = OnceLock::new();
    if let Some(config) = CONFIG.get() {
        return Ok(Arc::clone(config));
    }
    let mut roots = RootCertStore::empty();
    let (trusted, _unreadable) =
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    ensure!(trusted > 0, "no trusted certificates: name a file of them in SSL_CERT_FILE");
    let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    Ok(Arc::clone(CONFIG.get_or_init(|| Arc::new(config))))
}

impl FromStr for Address {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let whole = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
        let uri: Uri = whole.parse().context("not an address: write http://host:port or https://host")?;
        let secure = match uri.scheme_str() {
            Some("http") => false,
            Some("https") => true,
            other => bail!("{} is neither http nor https", other.unwrap_or_default()),
        };
        ensure!(matches!(uri.path(), "" | "/"), "an address has no path: the tool knows the paths");
        let authority = uri.authority().context("an address has a host")?.as_str();
        ensure!(!authority.contains('@'), "an address has no password: name a token instead");
        Ok(Self { authority: authority.to_owned(), secure })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", if self.secure { "https" } else { "http" }, self.authority)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_people_write_them() {
        for (text, whole, host, port) in [
            ("localhost:3000", "http://localhost:3000", "localhost", 3000),
            ("http://10.0.0.7", "http://10.0.0.7", "10.0.0.7", 80),
            ("https://aisle.example/", "https://aisle.example", "aisle.example", 443),
            ("http://[::1]:3000", "http://[::1]:3000", "::1", 3000),
            ("https://[::1]", "https://[::1]", "::1", 443),
        ] {
            let address: Address = text.parse().unwrap();
            assert_eq!((address.to_string().as_str(), address.host_and_port()), (whole, (host, port)));
        }
    }

    #[test]
    fn what_is_no_address_is_said_to_be_none() {
        for text in ["", "ftp://host", "http://host/api/v1", "http://a:b@host", "http://"] {
            assert!(text.parse::<Address>().is_err(), "{text}");
        }
    }
}
