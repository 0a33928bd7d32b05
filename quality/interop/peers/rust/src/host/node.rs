//! A swarm in its own task, and the connections dialed from it.

use std::{collections::HashMap, time::Duration};

use futures::{StreamExt, channel::mpsc, channel::oneshot};
use libp2p::{
    Multiaddr, PeerId, Stream, StreamProtocol, Swarm, identify,
    identity::Keypair,
    ping,
    swarm::{
        self, ConnectionId, NetworkBehaviour, SwarmEvent,
        dial_opts::{DialOpts, PeerCondition},
    },
};

use crate::host::{
    failure::Failure,
    options::{Command, Options},
    patient_ping, streams,
    transport::transport,
};

const AGENT: &str = "rust-libp2p/0.57.1";
const PROTOCOL_VERSION: &str = "ipfs/0.1.0";
const IDLE_TIMEOUT: Duration = Duration::from_secs(24 * 3600);
const DIAL_TIMEOUT: Duration = Duration::from_secs(15);
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);
/// With `--limits none`; the default is 128, and inbound streams above it are dropped.
const NEGOTIATING_STREAMS: usize = 8192;

#[derive(NetworkBehaviour)]
pub struct Behaviour {
    ping: patient_ping::Behaviour,
    identify: identify::Behaviour,
    streams: streams::Behaviour,
}

/// Builds a swarm that listens nowhere yet and serves the given protocols besides ping and identify.
pub fn swarm(options: &Options, served: Vec<StreamProtocol>) -> Result<Swarm<Behaviour>, Failure> {
    let key = options.identity()?;
    let transport = transport(options, &key)?;
    let mut config = swarm::Config::with_tokio_executor().with_idle_connection_timeout(IDLE_TIMEOUT);
    if options.unlimited {
        config = config.with_max_negotiating_inbound_streams(NEGOTIATING_STREAMS);
    }
    Ok(Swarm::new(
        transport,
        behaviour(options, &key, served),
        key.public().to_peer_id(),
        config,
    ))
}

fn behaviour(options: &Options, key: &Keypair, served: Vec<StreamProtocol>) -> Behaviour {
    let mut ping = ping::Config::new();
    if options.command == Command::Ping {
        ping = ping.with_interval(Duration::ZERO);
    }
    let identify = if options.signed_record {
        identify::Config::new_with_signed_peer_record(PROTOCOL_VERSION.into(), key)
    } else {
        identify::Config::new(PROTOCOL_VERSION.into(), key.public())
    };
    Behaviour {
        ping: patient_ping::Behaviour::new(ping, options.stock_ping),
        identify: identify::Behaviour::new(identify.with_agent_version(AGENT.into())),
        streams: streams::Behaviour::new(served),
    }
}

/// A dialing node; dropping it drops its connections.
pub struct Node {
    requests: mpsc::UnboundedSender<Request>,
}

enum Request {
    Dial(Multiaddr, PeerId, oneshot::Sender<Result<Connection, Failure>>),
    Close(ConnectionId, oneshot::Sender<()>),
}

/// An established connection.
pub struct Connection {
    id: ConnectionId,
    requests: mpsc::UnboundedSender<Request>,
    opener: streams::Opener,
    identified: oneshot::Receiver<Result<identify::Info, Failure>>,
    /// The round-trip times of pings as they come in.
    pub pings: mpsc::UnboundedReceiver<Result<Duration, ping::Failure>>,
}

impl Node {
    pub fn new(options: &Options) -> Result<Self, Failure> {
        let (requests, received) = mpsc::unbounded();
        let driver = Driver {
            swarm: swarm(options, vec![])?,
            requests: requests.clone(),
            dialing: HashMap::new(),
            watchers: HashMap::new(),
            closing: HashMap::new(),
        };
        tokio::spawn(driver.run(received));
        Ok(Node { requests })
    }

    pub async fn dial(&self, (address, peer): (Multiaddr, PeerId)) -> Result<Connection, Failure> {
        let (answer, answered) = oneshot::channel();
        let _ = self.requests.unbounded_send(Request::Dial(address, peer, answer));
        match tokio::time::timeout(DIAL_TIMEOUT, answered).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err(Failure::other("the swarm has stopped")),
            Err(_) => Err(Failure::other("the dial took too long")),
        }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.requests.close_channel();
    }
}

impl Connection {
    /// Opens a stream on this very connection.
    pub async fn open(&self, protocol: StreamProtocol) -> Result<Stream, Failure> {
        let (answer, answered) = oneshot::channel();
        let _ = self.opener.unbounded_send(streams::Open { protocol, answer });
        match answered.await {
            Ok(result) => Ok(result?),
            Err(_) => Err(Failure::other("the connection is closed")),
        }
    }

    /// Waits for what the other side says about itself; to be asked once.
    pub async fn identified(&mut self) -> Result<identify::Info, Failure> {
        match (&mut self.identified).await {
            Ok(result) => result,
            Err(_) => Err(Failure::other("the connection closed before identify")),
        }
    }

    /// Closes the connection and waits until that is done.
    pub async fn close(self) {
        let (answer, answered) = oneshot::channel();
        let _ = self.requests.unbounded_send(Request::Close(self.id, answer));
        let _ = tokio::time::timeout(CLOSE_TIMEOUT, answered).await;
    }
}

/// Where the events of one connection go.
struct Watcher {
    identified: Option<oneshot::Sender<Result<identify::Info, Failure>>>,
    pings: mpsc::UnboundedSender<Result<Duration, ping::Failure>>,
}

struct Driver {
    swarm: Swarm<Behaviour>,
    requests: mpsc::UnboundedSender<Request>,
    dialing: HashMap<ConnectionId, oneshot::Sender<Result<Connection, Failure>>>,
    watchers: HashMap<ConnectionId, Watcher>,
    closing: HashMap<ConnectionId, oneshot::Sender<()>>,
}

impl Driver {
    async fn run(mut self, mut received: mpsc::UnboundedReceiver<Request>) {
        loop {
            tokio::select! {
                request = received.next() => match request {
                    Some(request) => self.obey(request),
                    None => return,
                },
                event = self.swarm.select_next_some() => self.on_event(event),
            }
        }
    }

    fn obey(&mut self, request: Request) {
        match request {
            Request::Dial(address, peer, answer) => {
                let dial = DialOpts::peer_id(peer)
                    .addresses(vec![address])
                    .condition(PeerCondition::Always)
                    .build();
                let id = dial.connection_id();
                match self.swarm.dial(dial) {
                    Ok(()) => drop(self.dialing.insert(id, answer)),
                    Err(error) => drop(answer.send(Err(error.into()))),
                }
            }
            Request::Close(id, answer) => {
                if self.swarm.close_connection(id) {
                    self.closing.insert(id, answer);
                }
            }
        }
    }

    fn on_event(&mut self, event: SwarmEvent<BehaviourEvent>) {
        match event {
            SwarmEvent::ConnectionEstablished { connection_id, .. } => self.on_established(connection_id),
            SwarmEvent::OutgoingConnectionError {
                connection_id, error, ..
            } => {
                if let Some(answer) = self.dialing.remove(&connection_id) {
                    let _ = answer.send(Err(error.into()));
                }
            }
            SwarmEvent::ConnectionClosed { connection_id, .. } => {
                self.watchers.remove(&connection_id);
                if let Some(answer) = self.closing.remove(&connection_id) {
                    let _ = answer.send(());
                }
            }
            SwarmEvent::Behaviour(BehaviourEvent::Identify(event)) => self.on_identify(event),
            SwarmEvent::Behaviour(BehaviourEvent::Ping(event)) => {
                if let Some(watcher) = self.watchers.get(&event.connection) {
                    let _ = watcher.pings.unbounded_send(event.result);
                }
            }
            _ => {}
        }
    }

    fn on_established(&mut self, id: ConnectionId) {
        let Some(answer) = self.dialing.remove(&id) else {
            return;
        };
        let (identified, identify) = oneshot::channel();
        let (pings, pinged) = mpsc::unbounded();
        let opener = self
            .swarm
            .behaviour()
            .streams
            .opener(id)
            .expect("made with the connection");
        self.watchers.insert(
            id,
            Watcher {
                identified: Some(identified),
                pings,
            },
        );
        let requests = self.requests.clone();
        let _ = answer.send(Ok(Connection {
            id,
            requests,
            opener,
            identified: identify,
            pings: pinged,
        }));
    }

    fn on_identify(&mut self, event: identify::Event) {
        let Some(watcher) = self.watchers.get_mut(&event.connection_id()) else {
            return;
        };
        let result = match event {
            identify::Event::Received { info, .. } => Ok(info),
            identify::Event::Error { error, .. } => Err(Failure::other(format!("identify: {error}"))),
            _ => return,
        };
        if let Some(identified) = watcher.identified.take() {
            let _ = identified.send(result);
        }
    }
}
