use std::{fs, path::PathBuf, str::FromStr};

use libp2p::{Multiaddr, PeerId, identity::Keypair, multiaddr::Protocol, pnet::PreSharedKey};
use serde_json::json;

use crate::host::{failure::Failure, print};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Command {
    Listen,
    Key,
    Ping,
    Identify,
    Echo,
    HalfClose,
    Reset,
    Perf,
    BusyPing,
    Streams,
    Connects,
    Idle,
}

/// A parsed command line; counts are at least 1.
#[derive(Debug)]
pub struct Options {
    pub command: Command,
    /// Where to dial and whom to expect; `None` for commands that do not dial.
    target: Option<(Multiaddr, PeerId)>,
    pub listen: Vec<Multiaddr>,
    key_file: Option<PathBuf>,
    key_type: String,
    pub security: Vec<&'static str>,
    pub muxers: Vec<&'static str>,
    psk_file: Option<PathBuf>,
    tls_ca_file: Option<PathBuf>,
    pub unlimited: bool,
    pub stock_ping: bool,
    pub signed_record: bool,
    pub count: usize,
    pub parallel: usize,
    pub size: usize,
    pub upload: u64,
    pub download: u64,
    pub streams: usize,
    pub repeat: usize,
    pub warmup: u64,
    pub seconds: u64,
    pub download_direction: bool,
}

const COMMON: &[&str] = &[
    "--key",
    "--security",
    "--muxer",
    "--psk",
    "--limits",
    "--tls-insecure",
    "--tls-ca",
    "--stock-ping",
    "--signed-record",
];

fn command(name: &str) -> Option<(Command, &'static [&'static str])> {
    Some(match name {
        "listen" => (Command::Listen, &["--listen"]),
        "key" => (Command::Key, &["--type"]),
        "ping" => (Command::Ping, &["--count"]),
        "identify" => (Command::Identify, &[]),
        "echo" => (Command::Echo, &["--size"]),
        "halfclose" => (Command::HalfClose, &[]),
        "reset" => (Command::Reset, &[]),
        "perf" => (
            Command::Perf,
            &["--upload", "--download", "--streams", "--repeat", "--warmup-bytes"],
        ),
        "busyping" => (Command::BusyPing, &["--seconds", "--repeat", "--direction"]),
        "streams" => (Command::Streams, &["--count", "--parallel"]),
        "connects" => (Command::Connects, &["--count", "--parallel"]),
        "idle" => (Command::Idle, &["--count"]),
        _ => return None,
    })
}

impl Options {
    pub fn parse(args: impl Iterator<Item = String>) -> Result<Self, Failure> {
        let mut args = args.peekable();
        let name = args.next().ok_or_else(|| {
            Failure::usage("usage: peer COMMAND [MULTIADDR] [--option value…], see quality/interop/peers/README.md")
        })?;
        let (command, specific) = command(&name).ok_or_else(|| Failure::usage(format!("unknown command {name:?}")))?;
        let mut options = Options::defaults(command);
        if !matches!(command, Command::Listen | Command::Key) {
            let address = args.next_if(|a| !a.starts_with("--"));
            let address = address.ok_or_else(|| Failure::usage(format!("{name} needs a multiaddr")))?;
            options.target = Some(parse_target(&address)?);
        }
        while let Some(option) = args.next() {
            if !COMMON.contains(&option.as_str()) && !specific.contains(&option.as_str()) {
                return Err(Failure::usage(format!("{name} does not take {option:?}")));
            }
            let values: Vec<String> = std::iter::from_fn(|| args.next_if(|a| !a.starts_with("--"))).collect();
            options.set(&option, &values)?;
        }
        options.check()?;
        Ok(options)
    }

    fn defaults(command: Command) -> Self {
        Options {
            command,
            target: None,
            listen: vec![],
            key_file: None,
            key_type: "ed25519".into(),
            security: vec!["noise", "tls"],
            muxers: vec!["yamux"],
            psk_file: None,
            tls_ca_file: None,
            unlimited: true,
            stock_ping: false,
            signed_record: false,
            count: 1,
            parallel: 1,
            size: 1 << 20,
            upload: 0,
            download: 0,
            streams: 1,
            repeat: 1,
            warmup: 0,
            seconds: 2,
            download_direction: false,
        }
    }

    fn set(&mut self, option: &str, values: &[String]) -> Result<(), Failure> {
        match (option, values) {
            ("--stock-ping", []) => self.stock_ping = true,
            ("--signed-record", []) => self.signed_record = true,
            ("--tls-insecure", []) => {
                return Err(Failure::usage(
                    "--tls-insecure: not offered by this peer, libp2p-websocket verifies always, give it --tls-ca",
                ));
            }
            ("--listen", [_, ..]) => {
                for value in values {
                    self.listen.push(parse(option, value)?);
                }
            }
            ("--key", [file]) => self.key_file = Some(file.into()),
            ("--tls-ca", [file]) => self.tls_ca_file = Some(file.into()),
            ("--psk", [file]) => self.psk_file = Some(file.into()),
            ("--type", [value]) => self.key_type = one_of(option, value, &["ed25519", "secp256k1", "ecdsa"])?.into(),
            ("--limits", [value]) => self.unlimited = one_of(option, value, &["none", "default"])? == "none",
            ("--security", [value]) => self.security = list_of(option, value, &["noise", "tls"])?,
            ("--muxer", [value]) => self.muxers = list_of(option, value, &["yamux", "mplex"])?,
            ("--count", [value]) => self.count = positive(option, value)?,
            ("--parallel", [value]) => self.parallel = positive(option, value)?,
            ("--streams", [value]) => self.streams = positive(option, value)?,
            ("--seconds", [value]) => self.seconds = positive(option, value)? as u64,
            ("--direction", [value]) => {
                self.download_direction = one_of(option, value, &["upload", "download"])? == "download";
            }
            ("--repeat", [value]) => self.repeat = positive(option, value)?,
            ("--size", [value]) => self.size = parse(option, value)?,
            ("--upload", [value]) => self.upload = parse(option, value)?,
            ("--download", [value]) => self.download = parse(option, value)?,
            ("--warmup-bytes", [value]) => self.warmup = parse(option, value)?,
            _ => {
                return Err(Failure::usage(format!(
                    "{option} does not take {} values",
                    values.len()
                )));
            }
        }
        Ok(())
    }

    fn check(&self) -> Result<(), Failure> {
        match self.command {
            Command::Listen if self.listen.is_empty() => Err(Failure::usage("listen needs --listen MULTIADDR…")),
            Command::Key if self.key_file.is_none() => Err(Failure::usage("key needs --key FILE")),
            Command::Connects | Command::Idle if self.key_file.is_some() => {
                Err(Failure::usage("connects and idle make their own keys"))
            }
            _ => Ok(()),
        }
    }

    /// Where to dial and whom to expect; only for commands that dial.
    pub fn target(&self) -> (Multiaddr, PeerId) {
        self.target.clone().expect("a dialing command has a target")
    }

    /// The key of the file given, a fresh one without.
    pub fn identity(&self) -> Result<Keypair, Failure> {
        let Some(file) = &self.key_file else {
            return Ok(Keypair::generate_ed25519());
        };
        let bytes = fs::read(file).map_err(|e| Failure::usage(format!("--key {}: {e}", file.display())))?;
        Keypair::from_protobuf_encoding(&bytes).map_err(|e| Failure::usage(format!("--key {}: {e}", file.display())))
    }

    /// The certificate in PEM that a dialer of wss trusts beside the usual authorities, DER-encoded.
    pub fn tls_ca(&self) -> Result<Option<Vec<u8>>, Failure> {
        let Some(file) = &self.tls_ca_file else {
            return Ok(None);
        };
        let text = fs::read(file).map_err(|e| Failure::usage(format!("--tls-ca {}: {e}", file.display())))?;
        let parsed = pem::parse(text).map_err(|e| Failure::usage(format!("--tls-ca {}: {e}", file.display())))?;
        Ok(Some(parsed.into_contents()))
    }

    pub fn psk(&self) -> Result<Option<PreSharedKey>, Failure> {
        let Some(file) = &self.psk_file else {
            return Ok(None);
        };
        let text = fs::read_to_string(file).map_err(|e| Failure::usage(format!("--psk {}: {e}", file.display())))?;
        let key = text
            .parse()
            .map_err(|e| Failure::usage(format!("--psk {}: {e}", file.display())))?;
        Ok(Some(key))
    }
}

/// Creates a key file of the wanted type; an existing file is kept and only its peer id printed.
pub fn write_key(options: &Options) -> Result<(), Failure> {
    let file = options.key_file.as_ref().expect("checked");
    if !file.exists() {
        let key = match options.key_type.as_str() {
            "secp256k1" => Keypair::generate_secp256k1(),
            "ecdsa" => Keypair::generate_ecdsa(),
            _ => Keypair::generate_ed25519(),
        };
        let bytes = key.to_protobuf_encoding().map_err(|e| Failure::other(e.to_string()))?;
        fs::write(file, bytes)?;
    }
    let key = options.identity()?;
    print(json!({"event": "key", "peer": key.public().to_peer_id().to_string(), "type": key.key_type().to_string()}));
    Ok(())
}

fn parse_target(text: &str) -> Result<(Multiaddr, PeerId), Failure> {
    let mut address: Multiaddr = parse("multiaddr", text)?;
    match address.pop() {
        Some(Protocol::P2p(peer)) if !address.is_empty() => Ok((address, peer)),
        _ => Err(Failure::usage(format!(
            "multiaddr {text:?} must have an address and end in /p2p/ID"
        ))),
    }
}

fn parse<T: FromStr<Err: std::fmt::Display>>(option: &str, value: &str) -> Result<T, Failure> {
    value
        .parse()
        .map_err(|e| Failure::usage(format!("{option} {value:?}: {e}")))
}

fn positive(option: &str, value: &str) -> Result<usize, Failure> {
    match parse(option, value)? {
        0 => Err(Failure::usage(format!("{option} must be at least 1"))),
        n => Ok(n),
    }
}

fn one_of(option: &str, value: &str, choices: &[&'static str]) -> Result<&'static str, Failure> {
    let choice = choices.iter().find(|c| **c == value);
    choice.copied().ok_or_else(|| {
        Failure::usage(format!(
            "{option} {value}: not offered by this peer (only {})",
            choices.join(", ")
        ))
    })
}

fn list_of(option: &str, value: &str, choices: &[&'static str]) -> Result<Vec<&'static str>, Failure> {
    value.split(',').map(|v| one_of(option, v, choices)).collect()
}
