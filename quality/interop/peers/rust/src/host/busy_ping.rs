//! Pings while one perf stream saturates the same connection.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use futures::{AsyncReadExt, AsyncWriteExt};
use libp2p::{Stream, ping};
use serde_json::json;

use crate::host::{
    failure::Failure,
    listen::{BLOCK, PERF},
    node::Node,
    options::Options,
    print,
};

const PING_SIZE: usize = 32;
const PAUSE: Duration = Duration::from_millis(2);

/// Each repeat first measures the rate of the bulk stream alone, then its rate and the round trips together.
pub async fn busy_ping(options: &Options) -> Result<(), Failure> {
    let node = Node::new(options)?;
    let connection = node.dial(options.target()).await?;
    let moved = Arc::new(AtomicU64::new(0));
    let bulk = connection.open(PERF).await?;
    let mut pings = connection.open(ping::PROTOCOL_NAME).await?;
    let mut bulk = tokio::spawn(saturate(bulk, options.download_direction, moved.clone()));
    let span = Duration::from_secs(options.seconds);
    for _ in 0..options.repeat {
        let (before, start) = (moved.load(Ordering::Relaxed), Instant::now());
        tokio::select! {
            ended = &mut bulk => return ended.map_err(|e| Failure::other(e.to_string()))?,
            () = tokio::time::sleep(span) => {}
        }
        let alone = rate(before, &moved, start);
        let (before, start) = (moved.load(Ordering::Relaxed), Instant::now());
        let times = pings_for(&mut pings, span).await?;
        print(json!({
            "event": "busyping",
            "alone_bytes_s": alone,
            "bytes_s": rate(before, &moved, start),
            "pings": times.len(),
            "p50_us": rank(&times, 0.5),
            "p99_us": rank(&times, 0.99),
        }));
    }
    bulk.abort();
    connection.close().await;
    Ok(())
}

/// Moves bytes until the stream fails.
async fn saturate(mut stream: Stream, download: bool, moved: Arc<AtomicU64>) -> Result<(), Failure> {
    let wanted = if download { i64::MAX as u64 } else { 0 };
    stream.write_all(&wanted.to_be_bytes()).await?;
    if download {
        stream.close().await?;
    }
    let mut block = vec![0; BLOCK];
    loop {
        let n = if download {
            stream.read(&mut block).await?
        } else {
            stream.write(&block).await?
        };
        if n == 0 {
            return Err(Failure::other("the bulk stream has ended"));
        }
        moved.fetch_add(n as u64, Ordering::Relaxed);
    }
}

fn rate(before: u64, moved: &AtomicU64, start: Instant) -> f64 {
    (moved.load(Ordering::Relaxed) - before) as f64 / start.elapsed().as_secs_f64()
}

/// Sends one ping after the other with a short pause and returns the round trips in microseconds, sorted.
async fn pings_for(stream: &mut Stream, span: Duration) -> Result<Vec<f64>, Failure> {
    let mut times = vec![];
    let mut received = [0; PING_SIZE];
    let begin = Instant::now();
    while begin.elapsed() < span {
        let sent: [u8; PING_SIZE] = std::array::from_fn(|i| (times.len() >> (i % 4 * 8)) as u8);
        let start = Instant::now();
        stream.write_all(&sent).await?;
        stream.flush().await?;
        stream.read_exact(&mut received).await?;
        times.push(start.elapsed().as_nanos() as f64 / 1000.0);
        if sent != received {
            return Err(Failure::other("the answer differs from the ping"));
        }
        tokio::time::sleep(PAUSE).await;
    }
    times.sort_by(f64::total_cmp);
    Ok(times)
}

fn rank(sorted: &[f64], q: f64) -> f64 {
    sorted[(q * (sorted.len() - 1) as f64) as usize]
}
