//! The DHT peer of the interoperability tests around rust-libp2p; see ../README.md, "DHT peers".
use std::collections::{HashMap, HashSet};
use std::time::Duration;

use futures::StreamExt;
use libp2p::kad::store::{MemoryStore, MemoryStoreConfig};
use libp2p::kad::{self, GetProvidersOk, GetRecordOk, Mode, QueryId, QueryResult, Quorum, Record, RecordKey};
use libp2p::swarm::{NetworkBehaviour, SwarmEvent};
use libp2p::{Multiaddr, PeerId, StreamProtocol, Swarm, identify, multiaddr::Protocol, noise, tcp, yamux};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};

#[derive(NetworkBehaviour)]
struct Behaviour {
    kad: kad::Behaviour<MemoryStore>,
    identify: identify::Behaviour,
}

fn emit(value: Value) {
    println!("{value}");
}

struct Options {
    listen: Multiaddr,
    protocol: StreamProtocol,
    mode: Mode,
    bootstrap: Vec<Multiaddr>,
}

fn options() -> Options {
    let mut listen = "/ip4/127.0.0.1/tcp/0".parse().unwrap();
    let mut prefix = "/ipfs".to_string();
    let mut mode = Mode::Server;
    let mut bootstrap = vec![];
    let mut arguments = std::env::args().skip(2);
    while let Some(name) = arguments.next() {
        let value = arguments.next().unwrap_or_default();
        match name.as_str() {
            "--listen" => listen = value.parse().unwrap(),
            "--prefix" => prefix = value,
            "--mode" if value == "client" => mode = Mode::Client,
            "--mode" => {}
            "--bootstrap" => bootstrap = value.split(',').map(|a| a.parse().unwrap()).collect(),
            other => {
                eprintln!("unknown option {other}");
                std::process::exit(2);
            }
        }
    }
    let protocol = StreamProtocol::try_from_owned(format!("{prefix}/kad/1.0.0")).unwrap();
    Options { listen, protocol, mode, bootstrap }
}

fn swarm(options: &Options) -> Swarm<Behaviour> {
    libp2p::SwarmBuilder::with_new_identity()
        .with_tokio()
        .with_tcp(tcp::Config::default().nodelay(true), noise::Config::new, yamux::Config::default)
        .unwrap()
        .with_behaviour(|key| {
            let me = key.public().to_peer_id();
            let store = MemoryStore::with_config(me, MemoryStoreConfig::default());
            let mut kad = kad::Behaviour::with_config(me, store, kad::Config::new(options.protocol.clone()));
            kad.set_mode(Some(options.mode));
            Behaviour {
                kad,
                identify: identify::Behaviour::new(identify::Config::new("ipfs/0.1.0".into(), key.public())),
            }
        })
        .unwrap()
        .with_swarm_config(|config| config.with_idle_connection_timeout(Duration::from_secs(3600)))
        .build()
}

/// The multihash in a CIDv1 of base32.
fn multihash(cid: &str) -> Option<Vec<u8>> {
    let (mut bits, mut count, mut bytes) = (0u32, 0, vec![]);
    for letter in cid.strip_prefix('b')?.bytes() {
        let value = match letter {
            b'a'..=b'z' => letter - b'a',
            b'2'..=b'7' => letter - b'2' + 26,
            _ => return None,
        };
        bits = (bits << 5 | u32::from(value)) & 0xfff;
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    bytes.get(2..).map(<[u8]>::to_vec)
}

/// What a query was for, and what it has found so far.
enum Wanted {
    Put,
    Get(Option<Vec<u8>>),
    Provide,
    Find(HashSet<PeerId>),
    Peer(PeerId),
    Closest,
}

struct Peer {
    swarm: Swarm<Behaviour>,
    protocol: StreamProtocol,
    queries: HashMap<QueryId, Wanted>,
    waiting: HashSet<PeerId>,
    listening: bool,
    bootstrap: usize,
    told: bool,
}

impl Peer {
    fn obey(&mut self, words: &[&str]) -> Result<(), String> {
        let argument = |i: usize| words.get(i).copied().ok_or(format!("{} needs more words", words[0]));
        let kad = &mut self.swarm.behaviour_mut().kad;
        match words[0] {
            "put" => {
                let record = Record::new(argument(1)?.as_bytes().to_vec(), argument(2)?.as_bytes().to_vec());
                let id = kad.put_record(record, Quorum::One).map_err(|e| e.to_string())?;
                self.queries.insert(id, Wanted::Put);
            }
            "get" => {
                let id = kad.get_record(RecordKey::new(&argument(1)?.as_bytes()));
                self.queries.insert(id, Wanted::Get(None));
            }
            "provide" => {
                let key = multihash(argument(1)?).ok_or("not a CIDv1 of base32")?;
                let id = kad.start_providing(RecordKey::new(&key)).map_err(|e| e.to_string())?;
                self.queries.insert(id, Wanted::Provide);
            }
            "find" => {
                let key = multihash(argument(1)?).ok_or("not a CIDv1 of base32")?;
                let id = kad.get_providers(RecordKey::new(&key));
                self.queries.insert(id, Wanted::Find(HashSet::new()));
            }
            "peer" | "closest" => {
                let peer: PeerId = argument(1)?.parse().map_err(|_| "not a peer id")?;
                let id = kad.get_closest_peers(peer);
                self.queries.insert(id, if words[0] == "peer" { Wanted::Peer(peer) } else { Wanted::Closest });
            }
            "connect" => {
                let address: Multiaddr = argument(1)?.parse().map_err(|_| "not a multiaddr")?;
                self.swarm.dial(address).map_err(|e| e.to_string())?;
                emit(json!({"event": "connected"}));
            }
            other => return Err(format!("unknown command {other}")),
        }
        Ok(())
    }

    /// The first line is printed when it listens and the bootstrap peers have said what they speak.
    fn ready(&mut self, now_listening: bool) {
        self.listening |= now_listening;
        if self.listening && self.bootstrap == 0 && !self.told {
            self.told = true;
            let me = *self.swarm.local_peer_id();
            let addrs: Vec<String> =
                self.swarm.listeners().map(|a| a.clone().with(Protocol::P2p(me)).to_string()).collect();
            emit(json!({"event": "listening", "peer": me.to_string(), "addrs": addrs}));
        }
    }

    fn on(&mut self, event: SwarmEvent<BehaviourEvent>) {
        match event {
            SwarmEvent::NewListenAddr { address, .. } => {
                self.swarm.add_external_address(address);
                self.ready(true);
            }
            SwarmEvent::ConnectionEstablished { peer_id, endpoint, .. } if endpoint.is_dialer() => {
                self.waiting.insert(peer_id);
            }
            SwarmEvent::OutgoingConnectionError { error, .. } if self.bootstrap > 0 => {
                eprintln!("a bootstrap peer: {error}");
                std::process::exit(1);
            }
            SwarmEvent::Behaviour(BehaviourEvent::Identify(identify::Event::Received { peer_id, info, .. })) => {
                if info.protocols.contains(&self.protocol) {
                    for address in info.listen_addrs {
                        self.swarm.behaviour_mut().kad.add_address(&peer_id, address);
                    }
                }
                if self.waiting.remove(&peer_id) && self.bootstrap > 0 {
                    self.bootstrap -= 1;
                    self.ready(false);
                }
            }
            SwarmEvent::Behaviour(BehaviourEvent::Kad(kad::Event::OutboundQueryProgressed {
                id, result, step, ..
            })) => self.progressed(id, result, step.last),
            _ => {}
        }
    }

    fn progressed(&mut self, id: QueryId, result: QueryResult, last: bool) {
        let Some(mut wanted) = self.queries.remove(&id) else { return };
        let mut failure = None;
        let mut done = last;
        match (&mut wanted, result) {
            (Wanted::Put, QueryResult::PutRecord(Ok(_))) => emit(json!({"event": "put"})),
            (Wanted::Put, QueryResult::PutRecord(Err(e))) => failure = Some(format!("{e:?}")),
            (Wanted::Provide, QueryResult::StartProviding(Ok(_))) => emit(json!({"event": "provided"})),
            (Wanted::Provide, QueryResult::StartProviding(Err(e))) => failure = Some(format!("{e:?}")),
            (Wanted::Get(value), QueryResult::GetRecord(Ok(GetRecordOk::FoundRecord(found)))) => {
                value.get_or_insert(found.record.value);
            }
            (Wanted::Find(known), QueryResult::GetProviders(Ok(GetProvidersOk::FoundProviders { providers, .. }))) => {
                for peer in providers {
                    if known.insert(peer) {
                        emit(json!({"event": "provider", "peer": peer.to_string(), "addrs": []}));
                    }
                }
            }
            (Wanted::Closest, QueryResult::GetClosestPeers(Ok(found))) => {
                let peers: Vec<String> = found.peers.iter().map(|p| p.peer_id.to_string()).collect();
                emit(json!({"event": "closest", "peers": peers}));
            }
            (Wanted::Peer(peer), QueryResult::GetClosestPeers(Ok(found))) => {
                if let Some(info) = found.peers.iter().find(|p| p.peer_id == *peer) {
                    let addrs: Vec<String> = info.addrs.iter().map(Multiaddr::to_string).collect();
                    emit(json!({"event": "peer", "peer": peer.to_string(), "addrs": addrs}));
                    done = true;
                } else if last {
                    failure = Some("not found".into());
                }
            }
            (_, QueryResult::GetClosestPeers(Err(e))) => failure = Some(format!("{e:?}")),
            _ => {}
        }
        if failure.is_none() && last {
            match &wanted {
                Wanted::Get(Some(value)) => {
                    emit(json!({"event": "value", "value": String::from_utf8_lossy(value)}))
                }
                Wanted::Get(None) => failure = Some("no value was found".into()),
                Wanted::Find(_) => emit(json!({"event": "found"})),
                _ => {}
            }
        }
        match failure {
            Some(why) => emit(json!({"event": "error", "error": why})),
            None if !done => {
                self.queries.insert(id, wanted);
            }
            None => {}
        }
    }
}

#[tokio::main]
pub async fn main() {
    let options = options();
    let mut peer = Peer {
        swarm: swarm(&options),
        protocol: options.protocol.clone(),
        queries: HashMap::new(),
        waiting: HashSet::new(),
        listening: false,
        bootstrap: options.bootstrap.len(),
        told: false,
    };
    peer.swarm.listen_on(options.listen).unwrap();
    for address in options.bootstrap {
        peer.swarm.dial(address).unwrap();
    }
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).unwrap();
    loop {
        tokio::select! {
            _ = terminate.recv() => return,
            line = lines.next_line() => match line {
                Ok(Some(line)) => {
                    let words: Vec<&str> = line.split_whitespace().collect();
                    if !words.is_empty() && let Err(why) = peer.obey(&words) {
                        emit(json!({"event": "error", "error": why}));
                    }
                }
                _ => return,
            },
            event = peer.swarm.select_next_some() => peer.on(event),
        }
    }
}
