//! A swarm, what it is told to do, and the events that are printed about it.

use std::{
    collections::HashSet,
    error::Error,
    time::{Duration, Instant},
};

use futures::StreamExt;
use libp2p::{
    Multiaddr, PeerId, Swarm, SwarmBuilder, autonat,
    core::ConnectedPoint,
    dcutr, identify,
    identity::Keypair,
    multiaddr::Protocol,
    noise, ping, relay,
    swarm::{NetworkBehaviour, SwarmEvent, behaviour::toggle::Toggle, dial_opts::DialOpts},
    tcp, yamux,
};
use serde_json::{Value, json};
use tokio::{
    signal::unix::{SignalKind, signal},
    time::sleep,
};

use crate::nat::options::Options;

const AGENT: &str = "rust-libp2p/0.57.1";
const PROTOCOL_VERSION: &str = "ipfs/0.1.0";
const IDLE: Duration = Duration::from_secs(24 * 3600);
const PATIENCE: Duration = Duration::from_secs(30);
const RETRY: Duration = Duration::from_secs(2);

#[derive(NetworkBehaviour)]
struct Behaviour {
    ping: ping::Behaviour,
    identify: identify::Behaviour,
    relay: Toggle<relay::Behaviour>,
    relay_client: relay::client::Behaviour,
    dcutr: Toggle<dcutr::Behaviour>,
    autonat_v1: Toggle<autonat::v1::Behaviour>,
    autonat_server: Toggle<autonat::v2::server::Behaviour>,
    autonat_client: Toggle<autonat::v2::client::Behaviour>,
}

fn behaviour(options: &Options, key: &Keypair, relay_client: relay::client::Behaviour) -> Behaviour {
    let peer = key.public().to_peer_id();
    let limits = relay::Config {
        max_circuit_bytes: options.limit_bytes,
        max_circuit_duration: Duration::from_secs(options.limit_seconds),
        ..Default::default()
    };
    // As a client of version 1 only where that is asked for: its server needs the same behaviour.
    let older = autonat::v1::Config {
        only_global_ips: false,
        use_connected: options.autonat_client,
        boot_delay: if options.autonat_client { Duration::from_secs(2) } else { IDLE },
        retry_interval: Duration::from_secs(3),
        throttle_server_period: Duration::from_secs(3),
        ..Default::default()
    };
    let identify = identify::Config::new(PROTOCOL_VERSION.into(), key.public()).with_agent_version(AGENT.into());
    Behaviour {
        ping: ping::Behaviour::new(ping::Config::new().with_interval(Duration::from_secs(1))),
        identify: identify::Behaviour::new(identify),
        relay: options.relay_service.then(|| relay::Behaviour::new(peer, limits)).into(),
        relay_client,
        dcutr: options.hole_punch.then(|| dcutr::Behaviour::new(peer)).into(),
        autonat_v1: (options.autonat_v1_service || options.autonat_client)
            .then(|| autonat::v1::Behaviour::new(peer, older))
            .into(),
        autonat_server: options.autonat_service.then(autonat::v2::server::Behaviour::default).into(),
        autonat_client: options.autonat_client.then(autonat::v2::client::Behaviour::default).into(),
    }
}

fn build(options: &Options) -> Result<Swarm<Behaviour>, Box<dyn Error>> {
    Ok(SwarmBuilder::with_new_identity()
        .with_tokio()
        .with_tcp(tcp::Config::default().nodelay(true), noise::Config::new, yamux::Config::default)?
        .with_quic()
        .with_relay_client(noise::Config::new, yamux::Config::default)?
        .with_behaviour(|key, relay_client| behaviour(options, key, relay_client))?
        .with_swarm_config(|config| config.with_idle_connection_timeout(IDLE))
        .build())
}

fn print(name: &str, mut fields: Value) {
    fields["event"] = name.into();
    println!("{fields}");
}

fn peer_of(address: &Multiaddr) -> Option<PeerId> {
    address.iter().fold(None, |found, part| match part {
        Protocol::P2p(peer) => Some(peer),
        _ => found,
    })
}

/// The relay of a circuit, or of an address that is one's own.
fn relay_of(address: &Multiaddr) -> Multiaddr {
    address.iter().take_while(|part| *part != Protocol::P2pCircuit).collect()
}

fn is_relayed(address: &Multiaddr) -> bool {
    address.iter().any(|part| part == Protocol::P2pCircuit)
}

/// What a run has seen so far.
struct Run {
    swarm: Swarm<Behaviour>,
    options: Options,
    peer: Option<PeerId>,
    begin: Instant,
    relayed: Option<Instant>,
    direct: Option<Instant>,
    dialed: bool,
    told: bool,
    identified: HashSet<PeerId>,
    candidates: usize,
    rtt: Option<Duration>,
}

/// Runs until it is told to end, or until the ping is answered; tells whether that was without a relay if it had to be.
pub async fn run(options: Options) -> Result<bool, Box<dyn Error>> {
    let mut swarm = build(&options)?;
    let mut waiting = 0;
    for address in &options.listen {
        swarm.listen_on(address.clone())?;
        waiting += 1;
    }
    let mut listening = vec![];
    while listening.len() < waiting {
        if let SwarmEvent::NewListenAddr { address, .. } = swarm.select_next_some().await {
            if options.relay_service {
                // A relay that knows of no external address refuses all peers.
                swarm.add_external_address(address.clone());
            }
            listening.push(format!("{address}/p2p/{}", swarm.local_peer_id()));
        }
    }
    print("listening", json!({"peer": swarm.local_peer_id().to_string(), "addrs": listening}));
    let mut run = Run {
        peer: options.target.as_ref().and_then(peer_of),
        swarm,
        options,
        begin: Instant::now(),
        relayed: None,
        direct: None,
        dialed: false,
        told: false,
        identified: HashSet::new(),
        candidates: 0,
        rtt: None,
    };
    run.follow().await
}

impl Run {
    async fn follow(&mut self) -> Result<bool, Box<dyn Error>> {
        for relay in self.options.relays.clone() {
            self.swarm.listen_on(relay.with(Protocol::P2pCircuit))?;
        }
        self.connect();
        if let Some(target) = self.options.target.clone() {
            if is_relayed(&target) && !self.options.direct.is_zero() {
                // The relay tells the addresses that a hole punch needs, and only once.
                self.swarm.dial(relay_of(&target))?;
            } else {
                self.dialed = true;
                self.swarm.dial(target)?;
            }
        }
        let mut terminated = signal(SignalKind::terminate())?;
        loop {
            let limit = self.begin + PATIENCE + self.options.direct;
            let (again, late) = (sleep(RETRY), sleep(limit.saturating_duration_since(Instant::now())));
            tokio::select! {
                event = self.swarm.select_next_some() => self.see(event)?,
                _ = terminated.recv() => return Ok(true),
                _ = again => self.connect(),
                _ = late, if self.options.target.is_some() => return Err("no answer in time".into()),
            }
            if let Some(result) = self.result() {
                return Ok(result);
            }
        }
    }

    /// Connects to those peers that are to be connected and are not.
    fn connect(&mut self) {
        for address in self.options.connect.clone() {
            if peer_of(&address).is_some_and(|peer| !self.swarm.is_connected(&peer)) {
                let _ = self.swarm.dial(DialOpts::unknown_peer_id().address(address).build());
            }
        }
    }

    fn see(&mut self, event: SwarmEvent<BehaviourEvent>) -> Result<(), Box<dyn Error>> {
        match event {
            SwarmEvent::ConnectionEstablished { peer_id, endpoint, .. } => self.connected(peer_id, &endpoint),
            SwarmEvent::ConnectionClosed { peer_id, endpoint, cause, .. } => print(
                "closed",
                json!({"peer": peer_id.to_string(), "remote": endpoint.get_remote_address().to_string(),
                    "text": cause.map(|cause| cause.to_string())}),
            ),
            SwarmEvent::OutgoingConnectionError { peer_id, error, .. } => {
                eprintln!("dialing {peer_id:?}: {error:?}");
                if peer_id == self.peer && self.relayed.is_none() && self.direct.is_none() {
                    return Err(error.into());
                }
            }
            SwarmEvent::NewExternalAddrCandidate { address } => {
                self.candidates += 1;
                print("candidate", json!({"addr": address.to_string()}));
                self.dial_circuit()?;
            }
            SwarmEvent::ExternalAddrConfirmed { address } if !is_relayed(&address) => {
                print("addresses", json!({"reachable": [address.to_string()]}))
            }
            SwarmEvent::ListenerClosed { reason, .. } => print("refused", json!({"text": format!("{reason:?}")})),
            SwarmEvent::Behaviour(event) => self.heard(event)?,
            _ => {}
        }
        Ok(())
    }

    fn connected(&mut self, peer: PeerId, endpoint: &ConnectedPoint) {
        let relayed = endpoint.is_relayed();
        if Some(peer) == self.peer {
            let seen = if relayed { &mut self.relayed } else { &mut self.direct };
            seen.get_or_insert_with(Instant::now);
        }
        print(
            "connection",
            json!({"peer": peer.to_string(), "remote": endpoint.get_remote_address().to_string(),
                "limited": relayed, "direct": !relayed, "inbound": endpoint.is_listener()}),
        );
    }

    fn heard(&mut self, event: BehaviourEvent) -> Result<(), Box<dyn Error>> {
        match event {
            BehaviourEvent::Ping(ping::Event { peer, result: Ok(rtt), .. }) if Some(peer) == self.peer => {
                self.rtt = Some(rtt);
            }
            BehaviourEvent::Identify(identify::Event::Received { peer_id, .. }) => {
                self.identified.insert(peer_id);
                self.dial_circuit()?;
            }
            BehaviourEvent::RelayClient(relay::client::Event::ReservationReqAccepted {
                relay_peer_id,
                renewal: false,
                limit,
            }) => {
                let through = self.options.relays.iter().find(|relay| peer_of(relay) == Some(relay_peer_id));
                print(
                    "reservation",
                    json!({"relay": relay_peer_id.to_string(),
                        "addr": format!("{}/p2p-circuit/p2p/{}", through.expect("asked for"), self.swarm.local_peer_id()),
                        "limit_bytes": limit.and_then(|limit| limit.data_in_bytes()),
                        "limit_seconds": limit.and_then(|limit| limit.duration()).map(|time| time.as_secs())}),
                );
            }
            BehaviourEvent::Dcutr(dcutr::Event { remote_peer_id, result }) => print(
                "punch",
                json!({"peer": remote_peer_id.to_string(),
                    "result": result.map_or_else(|error| error.to_string(), |_| "connected".into())}),
            ),
            BehaviourEvent::AutonatV1(autonat::v1::Event::StatusChanged { new, .. }) => {
                let state = match new {
                    autonat::v1::NatStatus::Public(_) => "public",
                    autonat::v1::NatStatus::Private => "private",
                    autonat::v1::NatStatus::Unknown => "unknown",
                };
                print("reachability", json!({"state": state}));
            }
            BehaviourEvent::AutonatClient(autonat::v2::client::Event { tested_addr, bytes_sent, server, result }) => print(
                "probe",
                json!({"addr": tested_addr.to_string(), "server": server.to_string(), "bytes": bytes_sent,
                    "reached": result.is_ok(), "text": result.err().map(|error| error.to_string())}),
            ),
            BehaviourEvent::AutonatServer(served) => print(
                "served",
                json!({"addr": served.tested_addr.to_string(), "client": served.client.to_string(),
                    "bytes": served.data_amount, "reached": served.result.is_ok()}),
            ),
            _ => {}
        }
        Ok(())
    }

    /// Dials the circuit once the relay has said from where it sees this host.
    fn dial_circuit(&mut self) -> Result<(), Box<dyn Error>> {
        let Some(target) = self.options.target.clone() else { return Ok(()) };
        let relay = peer_of(&relay_of(&target));
        if !self.dialed && self.candidates > 0 && relay.is_some_and(|relay| self.identified.contains(&relay)) {
            self.dialed = true;
            self.swarm.dial(target)?;
        }
        Ok(())
    }

    /// The end of a ping, if it has come.
    fn result(&mut self) -> Option<bool> {
        let (peer, rtt) = (self.peer?, self.rtt?);
        let first = self.relayed.or(self.direct)?;
        let wanted = !self.options.direct.is_zero();
        if self.told || wanted && self.direct.is_none() && first.elapsed() < self.options.direct {
            return None;
        }
        self.told = true;
        let after = self.direct.unwrap_or_else(Instant::now).saturating_duration_since(first);
        print(
            "ping",
            json!({"peer": peer.to_string(), "rtt_us": rtt.as_micros() as u64, "limited": self.relayed.is_some(),
                "direct": self.direct.is_some(), "direct_ms": after.as_millis() as u64,
                "connect_ms": (first - self.begin).as_millis() as u64}),
        );
        Some(!wanted || self.direct.is_some())
    }
}
