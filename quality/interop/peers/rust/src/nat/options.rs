//! The command line, as that of the go peer beside it.

use std::time::Duration;

use libp2p::Multiaddr;

/// What the program is to do. Networks that count as public are named to all peers; this one has no such filter.
#[derive(Default)]
pub struct Options {
    /// The peer to ping; without one the node runs until it is told to end.
    pub target: Option<Multiaddr>,
    pub listen: Vec<Multiaddr>,
    pub relays: Vec<Multiaddr>,
    pub connect: Vec<Multiaddr>,
    pub relay_service: bool,
    pub limit_bytes: u64,
    pub limit_seconds: u64,
    pub autonat_service: bool,
    pub autonat_v1_service: bool,
    pub autonat_client: bool,
    pub hole_punch: bool,
    pub direct: Duration,
}

impl Options {
    pub fn parse(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Options { limit_bytes: 1 << 17, limit_seconds: 120, ..Default::default() };
        let verb = words.next().ok_or("usage: peer node|ping OPTIONS [MULTIADDR]")?;
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or(format!("{word} needs a value"));
            match word.as_str() {
                "--listen" => options.listen.push(address(&value()?)?),
                "--relay" => options.relays.push(address(&value()?)?),
                "--connect" => options.connect.push(address(&value()?)?),
                "--assume-public" => drop(value()?),
                "--relay-service" => options.relay_service = true,
                "--limit-bytes" => options.limit_bytes = number(&value()?)?,
                "--limit-seconds" => options.limit_seconds = number(&value()?)?,
                "--autonat-service" => options.autonat_service = true,
                "--autonat-v1-service" => options.autonat_v1_service = true,
                "--autonat" => options.autonat_client = true,
                "--hole-punch" => options.hole_punch = true,
                "--direct" => options.direct = Duration::from_secs(number(&value()?)?),
                _ if word.starts_with('-') => return Err(format!("unknown option {word}")),
                _ => options.target = Some(address(&word)?),
            }
        }
        match (verb.as_str(), &options.target) {
            ("node", None) | ("ping", Some(_)) => Ok(options),
            _ => Err("usage: peer node|ping OPTIONS [MULTIADDR]".into()),
        }
    }
}

fn address(text: &str) -> Result<Multiaddr, String> {
    text.parse().map_err(|error| format!("{text}: {error}"))
}

fn number(text: &str) -> Result<u64, String> {
    text.parse().map_err(|error| format!("{text}: {error}"))
}
