use std::{io, time::Duration};

use futures::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, StreamExt};
use libp2p::{Multiaddr, Stream, StreamProtocol, Swarm, core::transport::ListenerId, swarm::SwarmEvent};
use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};

use crate::host::{
    failure::Failure,
    node::{self, Behaviour},
    options::Options,
    print,
};

pub const ECHO: StreamProtocol = StreamProtocol::new("/echo/1.0.0");
pub const PERF: StreamProtocol = StreamProtocol::new("/perf/1.0.0");
pub const BLOCK: usize = 64 << 10;
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

/// Serves ping, identify, echo and perf until SIGTERM.
pub async fn listen(options: &Options) -> Result<(), Failure> {
    let mut swarm = node::swarm(options, vec![ECHO, PERF])?;
    let addrs = start_listening(&mut swarm, &options.listen).await?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    print(json!({"event": "listening", "peer": swarm.local_peer_id().to_string(), "addrs": addrs}));
    loop {
        tokio::select! {
            _ = terminate.recv() => break,
            _ = interrupt.recv() => break,
            event = swarm.select_next_some() => report(event)?,
        }
    }
    let _ = tokio::time::timeout(CLOSE_TIMEOUT, close_all(&mut swarm)).await;
    Ok(())
}

async fn close_all(swarm: &mut Swarm<Behaviour>) {
    let peers: Vec<_> = swarm.connected_peers().copied().collect();
    for peer in peers {
        let _ = swarm.disconnect_peer_id(peer);
    }
    while swarm.connected_peers().next().is_some() {
        let _ = report(swarm.select_next_some().await);
    }
}

fn report<E>(event: SwarmEvent<E>) -> Result<(), Failure> {
    match event {
        SwarmEvent::ConnectionEstablished { peer_id, .. } => {
            print(json!({"event": "connected", "peer": peer_id.to_string()}));
        }
        SwarmEvent::ConnectionClosed { peer_id, .. } => {
            print(json!({"event": "disconnected", "peer": peer_id.to_string()}));
        }
        SwarmEvent::ListenerClosed { reason: Err(error), .. } => return Err(error.into()),
        _ => {}
    }
    Ok(())
}

/// Listens on one address after the other, so that their order is that of the command line.
async fn start_listening(swarm: &mut Swarm<Behaviour>, wanted: &[Multiaddr]) -> Result<Vec<String>, Failure> {
    let mut addrs = vec![];
    for address in wanted {
        let listener = swarm.listen_on(address.clone())?;
        let bound = first_address(swarm, listener).await?;
        let bound = bound.with_p2p(*swarm.local_peer_id()).unwrap_or_else(|same| same);
        addrs.push(bound.to_string());
    }
    Ok(addrs)
}

async fn first_address(swarm: &mut Swarm<Behaviour>, wanted: ListenerId) -> Result<Multiaddr, Failure> {
    loop {
        match swarm.select_next_some().await {
            SwarmEvent::NewListenAddr { listener_id, address } if listener_id == wanted => return Ok(address),
            SwarmEvent::ListenerClosed { reason: Err(error), .. } => return Err(error.into()),
            SwarmEvent::ListenerError { error, .. } => return Err(error.into()),
            _ => {}
        }
    }
}

/// Answers one inbound stream; dropping it in the middle resets it.
pub async fn serve(stream: Stream, protocol: StreamProtocol) {
    // The other side's failures are its own to report.
    let _ = if protocol == ECHO {
        serve_echo(stream).await
    } else {
        serve_perf(stream).await
    };
}

async fn serve_echo(mut stream: Stream) -> io::Result<()> {
    let mut block = vec![0; BLOCK];
    loop {
        let n = stream.read(&mut block).await?;
        if n == 0 {
            return stream.close().await;
        }
        stream.write_all(&block[..n]).await?;
        stream.flush().await?;
    }
}

/// Reads the wanted download size, then everything up to the half close, then sends that many bytes.
async fn serve_perf(mut stream: Stream) -> io::Result<()> {
    let mut wanted = [0; 8];
    stream.read_exact(&mut wanted).await?;
    discard(&mut stream).await?;
    send_zeros(&mut stream, u64::from_be_bytes(wanted)).await?;
    stream.close().await
}

/// Reads to the end and says how much that was.
pub async fn discard(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<u64> {
    let mut block = vec![0; BLOCK];
    let mut count = 0;
    loop {
        match stream.read(&mut block).await? {
            0 => return Ok(count),
            n => count += n as u64,
        }
    }
}

pub async fn send_zeros(stream: &mut (impl AsyncWrite + Unpin), mut count: u64) -> io::Result<()> {
    let block = vec![0; BLOCK];
    while count > 0 {
        let n = count.min(BLOCK as u64);
        stream.write_all(&block[..n as usize]).await?;
        count -= n;
    }
    Ok(())
}
