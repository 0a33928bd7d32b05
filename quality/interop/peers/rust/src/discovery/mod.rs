//! The peer of quality/interop/discovery around rust-libp2p: mDNS, and rendezvous as client and server. It prints one JSON object per
//! line and obeys one command per line of standard input; see ../README-discovery.md.
use std::collections::HashMap;
use std::time::Duration;

use futures::StreamExt;
use libp2p::rendezvous::{self, Cookie, Namespace};
use libp2p::swarm::behaviour::toggle::Toggle;
use libp2p::swarm::{NetworkBehaviour, SwarmEvent};
use libp2p::{Multiaddr, PeerId, Swarm, identify, mdns, noise, tcp, yamux};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};

#[derive(NetworkBehaviour)]
struct Behaviour {
    identify: identify::Behaviour,
    mdns: Toggle<mdns::tokio::Behaviour>,
    client: rendezvous::client::Behaviour,
    server: Toggle<rendezvous::server::Behaviour>,
}

fn emit(value: Value) {
    println!("{value}");
}

#[derive(Default)]
struct Options {
    listen: Vec<Multiaddr>,
    mdns: bool,
    ipv6: bool,
    ttl: Option<u64>,
    service: bool,
}

fn options() -> Options {
    let mut options = Options::default();
    let mut arguments = std::env::args().skip(2);
    while let Some(name) = arguments.next() {
        match name.as_str() {
            "--listen" => options.listen.push(arguments.next().unwrap().parse().unwrap()),
            "--mdns" => options.mdns = true,
            "--ipv6" => options.ipv6 = true,
            "--ttl" => options.ttl = Some(arguments.next().unwrap().parse().unwrap()),
            "--rendezvous-service" => options.service = true,
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
            let mut config = mdns::Config { enable_ipv6: options.ipv6, ..Default::default() };
            if let Some(seconds) = options.ttl {
                config.ttl = Duration::from_secs(seconds);
                config.query_interval = Duration::from_secs(seconds);
            }
            let id = key.public().to_peer_id();
            Behaviour {
                identify: identify::Behaviour::new(identify::Config::new("ipfs/0.1.0".into(), key.public())),
                mdns: options.mdns.then(|| mdns::tokio::Behaviour::new(config, id).unwrap()).into(),
                client: rendezvous::client::Behaviour::new(key.clone()),
                server: options.service.then(|| rendezvous::server::Behaviour::new(Default::default())).into(),
            }
        })
        .unwrap()
        .with_swarm_config(|config| config.with_idle_connection_timeout(Duration::from_secs(3600)))
        .build()
}

fn obey(swarm: &mut Swarm<Behaviour>, cookies: &mut HashMap<String, Cookie>, line: &str) -> Result<(), String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let namespace = || Namespace::new(words[1].to_string()).map_err(|e| e.to_string());
    let point = || words[2].parse::<PeerId>().map_err(|e| e.to_string());
    match words.first() {
        Some(&"dial") => {
            let address: Multiaddr = words[1].parse().map_err(|e: libp2p::multiaddr::Error| e.to_string())?;
            swarm.dial(address).map_err(|e| e.to_string())
        }
        Some(&"register") => {
            let ttl = words.get(3).and_then(|text| text.parse().ok());
            swarm.behaviour_mut().client.register(namespace()?, point()?, ttl).map_err(|e| e.to_string())
        }
        Some(&"unregister") => {
            swarm.behaviour_mut().client.unregister(namespace()?, point()?);
            emit(json!({"event": "unregistered"}));
            Ok(())
        }
        Some(&"discover") => {
            let cookie = words.get(3).and_then(|_| cookies.get(words[1]).cloned());
            swarm.behaviour_mut().client.discover(Some(namespace()?), cookie, None, point()?);
            Ok(())
        }
        _ => Err(format!("unknown command {line}")),
    }
}

#[tokio::main]
pub async fn main() {
    let options = options();
    let mut swarm = swarm(&options);
    let me = *swarm.local_peer_id();
    for address in &options.listen {
        swarm.listen_on(address.clone()).unwrap();
    }
    let mut listening: Vec<String> = vec![];
    let mut told = false;
    let mut cookies = HashMap::new();
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).unwrap();
    let settled = tokio::time::sleep(Duration::from_millis(500));
    tokio::pin!(settled);
    loop {
        tokio::select! {
            _ = terminate.recv() => return,
            _ = &mut settled, if !told => {
                told = true;
                emit(json!({"event": "listening", "peer": me.to_string(), "addrs": listening}));
            }
            line = lines.next_line() => match line {
                Ok(Some(line)) => {
                    if let Err(error) = obey(&mut swarm, &mut cookies, &line) {
                        emit(json!({"event": "error", "error": error}));
                    }
                }
                _ => return,
            },
            event = swarm.select_next_some() => match event {
                SwarmEvent::NewListenAddr { address, .. } => {
                    swarm.add_external_address(address.clone());
                    listening.push(format!("{address}/p2p/{me}"));
                }
                SwarmEvent::ConnectionEstablished { peer_id, .. } =>
                    emit(json!({"event": "connected", "peer": peer_id.to_string()})),
                SwarmEvent::Behaviour(BehaviourEvent::Mdns(mdns::Event::Discovered(peers))) => {
                    for (peer, address) in peers {
                        emit(json!({"event": "found", "peer": peer.to_string(), "addrs": [address.to_string()]}));
                    }
                }
                SwarmEvent::Behaviour(BehaviourEvent::Mdns(mdns::Event::Expired(peers))) => {
                    for (peer, _) in peers {
                        emit(json!({"event": "expired", "peer": peer.to_string()}));
                    }
                }
                SwarmEvent::Behaviour(BehaviourEvent::Client(event)) => match event {
                    rendezvous::client::Event::Registered { ttl, namespace, .. } =>
                        emit(json!({"event": "registered", "ttl": ttl, "namespace": namespace.to_string()})),
                    rendezvous::client::Event::RegisterFailed { error, .. } =>
                        emit(json!({"event": "error", "error": format!("{error:?}")})),
                    rendezvous::client::Event::Discovered { registrations, cookie, .. } => {
                        for one in &registrations {
                            let addresses: Vec<String> = one.record.addresses().iter().map(|a| a.to_string()).collect();
                            emit(json!({"event": "provider", "peer": one.record.peer_id().to_string(), "addrs": addresses,
                                        "namespace": one.namespace.to_string(), "ttl": one.ttl}));
                        }
                        if let Some(namespace) = cookie.namespace() {
                            cookies.insert(namespace.to_string(), cookie.clone());
                        }
                        emit(json!({"event": "discovered", "count": registrations.len()}));
                    }
                    rendezvous::client::Event::DiscoverFailed { error, .. } =>
                        emit(json!({"event": "error", "error": format!("{error:?}")})),
                    _ => {}
                },
                SwarmEvent::OutgoingConnectionError { error, .. } =>
                    emit(json!({"event": "error", "error": error.to_string()})),
                _ => {}
            },
        }
    }
}

