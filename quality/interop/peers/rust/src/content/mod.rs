//! The peer of quality/interop/content around rust-libp2p: request-response with JSON, each message up to the end of its direction.
//!   serve                    answers every request with "Processed: " and the request, until the input ends
//!   ask ADDRESS TEXT         sends one request and prints the response
use futures::StreamExt;
use libp2p::request_response::{self, Event, Message, ProtocolSupport, json};
use libp2p::swarm::{NetworkBehaviour, SwarmEvent};
use libp2p::{Multiaddr, PeerId, StreamProtocol, Swarm, identify, multiaddr::Protocol, noise, tcp, yamux};
use serde_json::{Value, json as object};
use tokio::io::AsyncReadExt;

const PROTOCOL: &str = "/requests/json/1.0.0";

#[derive(NetworkBehaviour)]
struct Behaviour {
    identify: identify::Behaviour,
    requests: json::Behaviour<String, String>,
}

fn emit(value: Value) {
    println!("{value}");
}

fn swarm() -> Swarm<Behaviour> {
    libp2p::SwarmBuilder::with_new_identity()
        .with_tokio()
        .with_tcp(tcp::Config::default().nodelay(true), noise::Config::new, yamux::Config::default)
        .unwrap()
        .with_behaviour(|key| Behaviour {
            identify: identify::Behaviour::new(identify::Config::new("ipfs/0.1.0".into(), key.public())),
            requests: json::Behaviour::new(
                [(StreamProtocol::new(PROTOCOL), ProtocolSupport::Full)],
                request_response::Config::default(),
            ),
        })
        .unwrap()
        .build()
}

fn peer_of(address: &Multiaddr) -> PeerId {
    address
        .iter()
        .find_map(|part| match part {
            Protocol::P2p(peer) => Some(peer),
            _ => None,
        })
        .expect("an address with /p2p")
}

#[tokio::main]
pub async fn main() {
    let arguments: Vec<String> = std::env::args().skip(2).collect();
    let mut swarm = swarm();
    match arguments[0].as_str() {
        "ask" => {
            let address: Multiaddr = arguments[1].parse().unwrap();
            let peer = peer_of(&address);
            swarm.add_peer_address(peer, address);
            swarm.behaviour_mut().requests.send_request(&peer, arguments[2].clone());
        }
        "serve" => {
            swarm.listen_on("/ip4/127.0.0.1/tcp/0".parse().unwrap()).unwrap();
            tokio::spawn(async {
                let mut rest = Vec::new();
                let _ = tokio::io::stdin().read_to_end(&mut rest).await;
                std::process::exit(0);
            });
        }
        other => panic!("unknown command {other}"),
    }
    loop {
        match swarm.select_next_some().await {
            SwarmEvent::NewListenAddr { address, .. } => {
                emit(object!({"event": "listening", "addrs": [format!("{address}/p2p/{}", swarm.local_peer_id())]}));
            }
            SwarmEvent::Behaviour(BehaviourEvent::Requests(Event::Message { message, .. })) => match message {
                Message::Request { request, channel, .. } => {
                    let _ = swarm.behaviour_mut().requests.send_response(channel, format!("Processed: {request}"));
                }
                Message::Response { response, .. } => {
                    emit(object!({"event": "response", "result": response}));
                    return;
                }
            },
            SwarmEvent::Behaviour(BehaviourEvent::Requests(Event::OutboundFailure { error, .. })) => {
                emit(object!({"event": "error", "message": error.to_string()}));
                std::process::exit(1);
            }
            SwarmEvent::OutgoingConnectionError { error, .. } => {
                emit(object!({"event": "error", "message": error.to_string()}));
                std::process::exit(1);
            }
            _ => {}
        }
    }
}
