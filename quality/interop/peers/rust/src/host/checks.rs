use futures::{AsyncReadExt, AsyncWriteExt, StreamExt};
use libp2p::Stream;
use serde_json::json;

use crate::host::{
    failure::Failure,
    listen::ECHO,
    node::{Connection, Node},
    options::Options,
    print,
};

/// Pings one after the other on one stream, by libp2p's own ping with an interval of 0.
pub async fn ping(options: &Options) -> Result<(), Failure> {
    let node = Node::new(options)?;
    let mut connection = node.dial(options.target()).await?;
    for _ in 0..options.count {
        let rtt = connection
            .pings
            .next()
            .await
            .ok_or_else(|| Failure::other("the connection closed"))?;
        let rtt = rtt.map_err(|e| Failure::other(e.to_string()))?;
        print(json!({"event": "ping", "rtt_us": rtt.as_nanos() as f64 / 1000.0}));
    }
    connection.close().await;
    Ok(())
}

/// Prints what the target says about itself.
pub async fn identify(options: &Options) -> Result<(), Failure> {
    let node = Node::new(options)?;
    let mut connection = node.dial(options.target()).await?;
    let info = connection.identified().await?;
    print(json!({
        "event": "identify",
        "peer": info.public_key.to_peer_id().to_string(),
        "agent": info.agent_version,
        "protocol_version": info.protocol_version,
        "protocols": info.protocols.iter().map(|p| p.to_string()).collect::<Vec<_>>(),
        "addrs": info.listen_addrs.iter().map(|a| a.to_string()).collect::<Vec<_>>(),
        "observed": info.observed_addr.to_string(),
        "signed_record": info.signed_peer_record.is_some(),
    }));
    connection.close().await;
    Ok(())
}

/// Writes while it reads, as both directions have flow control.
pub async fn echo(options: &Options) -> Result<(), Failure> {
    let node = Node::new(options)?;
    let connection = node.dial(options.target()).await?;
    let sent = pattern(options.size);
    let (reader, mut writer) = connection.open(ECHO).await?.split();
    let write = async {
        writer.write_all(&sent).await?;
        writer.close().await
    };
    let mut received = vec![];
    let mut reader = reader.take(sent.len() as u64 + 1);
    futures::try_join!(write, reader.read_to_end(&mut received))?;
    compare(&sent, &received)?;
    print(json!({"event": "echo", "bytes": received.len(), "equal": true}));
    connection.close().await;
    Ok(())
}

/// Closes its writing side before it reads anything.
pub async fn half_close(options: &Options) -> Result<(), Failure> {
    let node = Node::new(options)?;
    let connection = node.dial(options.target()).await?;
    small_echo(connection.open(ECHO).await?, &pattern(16 << 10)).await?;
    print(json!({"event": "halfclose", "ok": true}));
    connection.close().await;
    Ok(())
}

/// Resets one stream in the middle and expects the connection to carry the next as if nothing had been.
pub async fn reset(options: &Options) -> Result<(), Failure> {
    let node = Node::new(options)?;
    let connection = node.dial(options.target()).await?;
    let sent = pattern(1 << 10);
    begin_and_drop(&connection, &sent).await?;
    small_echo(connection.open(ECHO).await?, &sent).await?;
    print(json!({"event": "reset", "ok": true}));
    connection.close().await;
    Ok(())
}

/// Dropping an open stream is rust-libp2p's only reset. It waits for the first echoed byte: the other side is then in its
/// handler, not still negotiating.
async fn begin_and_drop(connection: &Connection, sent: &[u8]) -> Result<(), Failure> {
    let mut stream = connection.open(ECHO).await?;
    stream.write_all(sent).await?;
    stream.flush().await?;
    stream.read_exact(&mut [0]).await?;
    Ok(())
}

/// Writes what fits every implementation's first window, half closes, and reads all of it back.
pub async fn small_echo(mut stream: Stream, sent: &[u8]) -> Result<(), Failure> {
    stream.write_all(sent).await?;
    stream.close().await?;
    let mut received = Vec::with_capacity(sent.len() + 1);
    stream.take(sent.len() as u64 + 1).read_to_end(&mut received).await?;
    compare(sent, &received)
}

fn compare(sent: &[u8], received: &[u8]) -> Result<(), Failure> {
    if sent == received {
        return Ok(());
    }
    Err(Failure::other(format!(
        "echo: sent {} bytes, got {} bytes that differ",
        sent.len(),
        received.len()
    )))
}

/// A byte sequence without a short period, so that lost, repeated or swapped blocks show.
fn pattern(size: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as u8
    };
    std::iter::repeat_with(next).take(size).collect()
}
