//! Whose request it is: the address of the connection, or what a proxy of ours says it is.

use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

use axum::http::{HeaderMap, HeaderName};

/// Where proxies write the addresses that a request came from, the nearest last.
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The networks of our own proxies. What anybody else writes into a request is not believed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proxies(Vec<Network>);

/// A network: the bits of an address, of which the first so many count. Those of IPv4 stand at the end, as in `::ffff:0:0/96`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Network {
    bits: u128,
    mask: u128,
}

/// A text that names no networks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("networks like 10.0.0.0/8 or addresses like 127.0.0.1, by commas")]
pub struct InvalidProxies;

fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
        IpAddr::V6(address) => address.to_bits(),
    }
}

impl Network {
    fn read(text: &str) -> Option<Self> {
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, Some(length.parse::<u32>().ok()?)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let spare = if address.is_ipv4() { 96 } else { 0 };
        let length = length.unwrap_or(128 - spare);
        if length > 128 - spare {
            return None;
        }
        let mask = u128::MAX.checked_shl(128 - spare - length).unwrap_or(0);
        Some(Self { bits: bits(address) & mask, mask })
    }

    fn holds(self, address: IpAddr) -> bool {
        bits(address) & self.mask == self.bits
    }
}

impl FromStr for Proxies {
    type Err = InvalidProxies;
    fn from_str(text: &str) -> Result<Self, InvalidProxies> {
        let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
        let networks: Option<Vec<_>> = names.map(Network::read).collect();
        networks.map(Self).ok_or(InvalidProxies)
    }
}

impl Proxies {
    /// Who sent a request over a connection from `address`: read from its end, the first address that is none of our proxies'.
    #[must_use]
    pub fn client(&self, address: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = address;
        if self.0.is_empty() || !self.has(client) {
            return client;
        }
        let lines: Vec<&str> =
            headers.get_all(FORWARDED_FOR).iter().filter_map(|line| line.to_str().ok()).collect();
        for said in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
            // What cannot be read was written by nobody we know: the last that was is as far as we see.
            let Ok(said) = said.trim().parse::<IpAddr>() else { break };
            client = said;
            if !self.has(client) {
                break;
            }
        }
        client
    }

    fn has(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.holds(address))
    }
}

/// Whose line it is: one subscriber has a whole /64 of IPv6 addresses.
#[must_use]
pub fn line(address: IpAddr) -> IpAddr {
    const NETWORK: u128 = !(u64::MAX as u128);
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & NETWORK).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_of_one_ipv6_network_are_one_client() {
        let line = |text: &str| line(text.parse().unwrap());
        assert_eq!(line("2001:db8:1:2::1"), line("2001:db8:1:2:ffff::9"));
        assert_ne!(line("2001:db8:1:2::1"), line("2001:db8:1:3::1"));
        assert_eq!(line("::ffff:192.0.2.1"), line("192.0.2.1"));
        assert_ne!(line("192.0.2.1"), line("192.0.2.2"));
    }

    #[test]
    fn only_our_own_proxies_are_believed() {
        let proxies: Proxies = "10.0.0.0/8, 127.0.0.1, 2001:db8::/32".parse().unwrap();
        for (address, said, client) in [
            ("192.0.2.1", &["198.51.100.1"][..], "192.0.2.1"),
            ("10.1.2.3", &["198.51.100.1"], "198.51.100.1"),
            ("127.0.0.1", &["198.51.100.1, 10.9.9.9"], "198.51.100.1"),
            ("127.0.0.2", &["198.51.100.1"], "127.0.0.2"),
            ("10.1.2.3", &["1.1.1.1, 198.51.100.1"], "198.51.100.1"),
            ("10.1.2.3", &["1.1.1.1", "198.51.100.1"], "198.51.100.1"),
            ("10.1.2.3", &["1.1.1.1, rubbish, 10.2.2.2"], "10.2.2.2"),
            ("10.1.2.3", &["rubbish"], "10.1.2.3"),
            ("10.1.2.3", &[], "10.1.2.3"),
            ("10.1.2.3", &["10.4.4.4"], "10.4.4.4"),
            ("2001:db8::1", &["2001:db9::1"], "2001:db9::1"),
        ] {
            let mut headers = HeaderMap::new();
            for line in said {
                headers.append(FORWARDED_FOR, line.parse().unwrap());
            }
            let found = proxies.client(address.parse().unwrap(), &headers);
            assert_eq!(found, client.parse::<IpAddr>().unwrap(), "{address} {said:?}");
            assert_eq!(
                Proxies::default().client(address.parse().unwrap(), &headers),
                address.parse::<IpAddr>().unwrap()
            );
        }
    }

    #[test]
    fn what_names_no_network_is_refused() {
        for text in ["x", "10.0.0.0/33", "::/129", "10.0.0.0/-1", "10.0.0.0/8 10.0.0.1", "10.0.0.0/"] {
            assert_eq!(text.parse::<Proxies>(), Err(InvalidProxies), "{text}");
        }
        assert_eq!("".parse(), Ok(Proxies::default()));
        let all: Proxies = "0.0.0.0/0".parse().unwrap();
        assert!(all.has("192.0.2.1".parse().unwrap()) && !all.has("2001:db8::1".parse().unwrap()));
    }
}
