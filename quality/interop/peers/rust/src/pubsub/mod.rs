//! The pubsub peer of the interoperability tests around rust-libp2p; see ../README-pubsub.md.
mod parts;

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use futures::StreamExt;
use libp2p::gossipsub::{self, IdentTopic, MessageAuthenticity, ValidationMode, Version};
use libp2p::swarm::{NetworkBehaviour, SwarmEvent};
use libp2p::{Multiaddr, PeerId, Swarm, identify, multiaddr::Protocol, noise, tcp, yamux};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};

#[derive(NetworkBehaviour)]
struct Behaviour {
    gossipsub: gossipsub::Behaviour,
    identify: identify::Behaviour,
}

fn emit(value: Value) {
    println!("{value}");
}

fn cpu() -> f64 {
    let mut usage = unsafe { std::mem::zeroed::<libc::rusage>() };
    unsafe { libc::getrusage(libc::RUSAGE_SELF, &mut usage) };
    let seconds = |t: libc::timeval| t.tv_sec as f64 + t.tv_usec as f64 / 1e6;
    seconds(usage.ru_utime) + seconds(usage.ru_stime)
}

struct Options {
    listen: Vec<Multiaddr>,
    topic: String,
    version: String,
    flood: bool,
    quiet: bool,
    go_ids: bool,
    degree: usize,
    partial: bool,
}

// Bytes of memory that are resident.
fn memory() -> u64 {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    4096 * text.split_whitespace().nth(1).and_then(|pages| pages.parse::<u64>().ok()).unwrap_or(0)
}

fn options() -> Options {
    let mut options =
        Options { listen: vec![], topic: "interop".into(), version: "1.3".into(), flood: true, quiet: false, go_ids: false, degree: 0, partial: false };
    let mut arguments = std::env::args().skip(2);
    while let Some(name) = arguments.next() {
        match name.as_str() {
            "--listen" => options.listen.push(arguments.next().unwrap().parse().unwrap()),
            "--topic" => options.topic = arguments.next().unwrap(),
            "--version" => options.version = arguments.next().unwrap(),
            "--no-flood" => options.flood = false,
            "--quiet" => options.quiet = true,
            "--partial" => options.partial = true,
            "--go-ids" => options.go_ids = true,
            "--degree" => options.degree = arguments.next().unwrap().parse().unwrap(),
            other => {
                eprintln!("unknown option {other}");
                std::process::exit(2);
            }
        }
    }
    options
}

fn swarm(options: &Options) -> Swarm<Behaviour> {
    libp2p::SwarmBuilder::with_new_identity()
        .with_tokio()
        .with_tcp(tcp::Config::default().nodelay(true), noise::Config::new, yamux::Config::default)
        .unwrap()
        .with_behaviour(|key| {
            let mut config = gossipsub::ConfigBuilder::default();
            config
                .validation_mode(ValidationMode::Strict)
                .flood_publish(options.flood)
                .heartbeat_initial_delay(Duration::from_millis(100))
                .max_transmit_size(1 << 20);
            if options.degree > 0 {
                config.mesh_n(options.degree).mesh_n_low(options.degree).mesh_n_high(2 * options.degree);
            }
            if options.go_ids {
                config.message_id_fn(|message: &gossipsub::Message| {
                    let mut id = message.source.map(|peer| peer.to_bytes()).unwrap_or_default();
                    id.extend_from_slice(&message.sequence_number.unwrap_or_default().to_be_bytes());
                    gossipsub::MessageId::from(id)
                });
            }
            match options.version.as_str() {
                "1.0" => drop(config.protocol_id("/meshsub/1.0.0", Version::V1_0)),
                "1.1" => drop(config.protocol_id("/meshsub/1.1.0", Version::V1_1)),
                _ => {}
            }
            let config = config.build().unwrap();
            Behaviour {
                gossipsub: gossipsub::Behaviour::new(MessageAuthenticity::Signed(key.clone()), config).unwrap(),
                identify: identify::Behaviour::new(identify::Config::new("ipfs/0.1.0".into(), key.public())),
            }
        })
        .unwrap()
        .with_swarm_config(|config| config.with_idle_connection_timeout(Duration::from_secs(3600)))
        .build()
}

// Tells peers what is there of a message in parts, and sends them what they are known to lack.
fn publish_parts(swarm: &mut Swarm<Behaviour>, topic: &IdentTopic, message: &parts::Parts) {
    emit(json!({"event": "parts", "group": message.group, "parts": message.have}));
    if let Err(error) = swarm.behaviour_mut().gossipsub.publish_partial(topic.hash(), message.clone()) {
        emit(json!({"event": "failed", "what": "parts", "why": error.to_string()}));
    }
}

#[tokio::main]
pub async fn main() {
    let options = options();
    let mut swarm = swarm(&options);
    let topic = IdentTopic::new(options.topic.clone());
    if options.partial {
        swarm.behaviour_mut().gossipsub.enable_partials_for_topic(topic.hash(), true);
    }
    swarm.behaviour_mut().gossipsub.subscribe(&topic).unwrap();
    let mut messages: HashMap<u64, parts::Parts> = HashMap::new();
    for address in &options.listen {
        swarm.listen_on(address.clone()).unwrap();
    }
    let me = *swarm.local_peer_id();
    let mut listening: Vec<String> = vec![];
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    let mut open = true;
    let mut received: HashSet<Vec<u8>> = HashSet::new();
    let mut count: u64 = 0;
    let mut pending: std::collections::VecDeque<Vec<u8>> = Default::default();
    let mut pause = Duration::ZERO;
    let mut publishing = 0usize;
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).unwrap();
    if options.listen.is_empty() {
        emit(json!({"event": "listening", "peer": me.to_string(), "addrs": []}));
    }
    loop {
        tokio::select! {
            _ = terminate.recv() => return,
            line = lines.next_line(), if open => match line {
                Ok(Some(line)) => {
                    let words: Vec<&str> = line.split_whitespace().collect();
                    match words.first() {
                        Some(&"dial") => {
                            let address: Multiaddr = words[1].parse().unwrap();
                            if let Err(error) = swarm.dial(address) {
                                emit(json!({"event": "failed", "what": "dial", "why": error.to_string()}));
                            }
                        }
                        Some(&"peers") => {
                            let hash = topic.hash();
                            let n = swarm.behaviour().gossipsub.all_peers().filter(|(_, topics)| topics.contains(&&hash)).count();
                            emit(json!({"event": "peers", "count": n}));
                        }
                        Some(&"publish") => {
                            let n: usize = words[2].parse().unwrap();
                            let size: usize = words[3].parse().unwrap();
                            pause = Duration::from_millis(words[4].parse().unwrap());
                            for i in 0..n {
                                let mut data = format!("{}-{}", words[1], i).into_bytes();
                                while data.len() < size { data.push(b'.'); }
                                pending.push_back(data);
                            }
                            publishing = n;
                        }
                        Some(&"join") => {
                            let n: usize = words[1].parse().unwrap();
                            for i in 0..n {
                                swarm.behaviour_mut().gossipsub.subscribe(&IdentTopic::new(format!("t{i}"))).unwrap();
                            }
                            emit(json!({"event": "joined", "count": n}));
                        }
                        Some(&"parts") => {
                            let group: u64 = words[1].parse().unwrap();
                            let message = messages.entry(group).or_insert(parts::Parts { group, have: 0 });
                            message.have |= words[2].parse::<u8>().unwrap();
                            publish_parts(&mut swarm, &topic, message);
                        }
                        Some(&"memory") => emit(json!({"event": "memory", "bytes": memory()})),
                        Some(&"count") => emit(json!({"event": "count", "count": count, "cpu_s": cpu()})),
                        Some(&"disconnect") => {
                            let id: PeerId = words[1].parse().unwrap();
                            let _ = swarm.disconnect_peer_id(id);
                        }
                        _ => {}
                    }
                }
                _ => open = false,
            },
            _ = tokio::time::sleep(pause), if !pending.is_empty() => {
                let data = pending.pop_front().unwrap();
                if let Err(error) = swarm.behaviour_mut().gossipsub.publish(topic.clone(), data) {
                    emit(json!({"event": "failed", "what": "publish", "why": error.to_string()}));
                }
                if pending.is_empty() {
                    emit(json!({"event": "published", "count": publishing}));
                }
            }
            event = swarm.select_next_some() => match event {
                SwarmEvent::NewListenAddr { address, .. } => {
                    listening.push(address.with(Protocol::P2p(me)).to_string());
                    if listening.len() == options.listen.len() {
                        emit(json!({"event": "listening", "peer": me.to_string(), "addrs": listening}));
                    }
                }
                SwarmEvent::ConnectionEstablished { peer_id, endpoint, .. } => {
                    emit(json!({"event": "connected", "peer": peer_id.to_string()}));
                    if endpoint.is_dialer() {
                        emit(json!({"event": "dialed", "peer": peer_id.to_string()}));
                    }
                }
                SwarmEvent::ConnectionClosed { peer_id, .. } =>
                    emit(json!({"event": "disconnected", "peer": peer_id.to_string()})),
                SwarmEvent::OutgoingConnectionError { error, .. } =>
                    emit(json!({"event": "failed", "what": "dial", "why": error.to_string()})),
                SwarmEvent::Behaviour(BehaviourEvent::Gossipsub(gossipsub::Event::Message { message, .. })) => {
                    count += 1;
                    if !options.quiet {
                        let again = !received.insert(message.data.clone());
                        emit(json!({
                            "event": "message",
                            "from": message.source.map(|peer| peer.to_string()),
                            "topic": message.topic.to_string(),
                            "data": String::from_utf8_lossy(&message.data),
                            "again": again,
                        }));
                    }
                }
                SwarmEvent::Behaviour(BehaviourEvent::Gossipsub(gossipsub::Event::Partial { group_id, message, .. })) => {
                    if let Ok(name) = <[u8; 8]>::try_from(group_id.as_slice()) {
                        let group = u64::from_be_bytes(name);
                        let is_new = !messages.contains_key(&group);
                        let mine = messages.entry(group).or_insert(parts::Parts { group, have: 0 });
                        let got = message.is_some_and(|bytes| mine.add(&bytes));
                        if got || is_new {
                            publish_parts(&mut swarm, &topic, mine);
                        }
                    }
                }
                _ => {}
            },
        }
    }
}
