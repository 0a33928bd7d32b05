use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use futures::{AsyncWriteExt, StreamExt, TryStreamExt, future::try_join_all, stream::FuturesUnordered};
use serde_json::json;
use tokio::{
    io::AsyncReadExt,
    signal::unix::{SignalKind, signal},
};

use crate::host::{
    checks::small_echo,
    failure::Failure,
    listen::{ECHO, PERF, discard, send_zeros},
    node::{Connection, Node},
    options::Options,
    print,
};

/// How many dials `idle` has under way at once.
const IDLE_DIALS: usize = 32;

/// Measures the upload and then the download, each over its own streams, from the first open to the last end of
/// stream. The sizes are totals, split evenly over the streams.
pub async fn perf(options: &Options) -> Result<(), Failure> {
    let node = Node::new(options)?;
    let connection = Arc::new(node.dial(options.target()).await?);
    transfer(&connection, options.warmup, 0, 1).await?;
    transfer(&connection, 0, options.warmup, 1).await?;
    for _ in 0..options.repeat {
        let cpu = cpu_seconds();
        let upload = transfer(&connection, options.upload, 0, options.streams).await?;
        let download = transfer(&connection, 0, options.download, options.streams).await?;
        print(json!({
            "event": "perf",
            "upload_bytes": options.upload,
            "upload_s": upload,
            "download_bytes": options.download,
            "download_s": download,
            "cpu_s": cpu_seconds() - cpu,
        }));
    }
    close(connection).await;
    Ok(())
}

/// Returns the seconds taken; nothing to do takes none.
async fn transfer(connection: &Arc<Connection>, upload: u64, download: u64, streams: usize) -> Result<f64, Failure> {
    if upload + download == 0 {
        return Ok(0.0);
    }
    let start = Instant::now();
    let each = (0..streams).map(|i| {
        let connection = connection.clone();
        spawn(async move { perf_stream(&connection, share(upload, streams, i), share(download, streams, i)).await })
    });
    try_join_all(each).await?;
    Ok(start.elapsed().as_secs_f64())
}

/// Gives the first streams the bytes that do not divide evenly.
fn share(total: u64, streams: usize, index: usize) -> u64 {
    let streams = streams as u64;
    total / streams + u64::from((index as u64) < total % streams)
}

async fn perf_stream(connection: &Connection, upload: u64, download: u64) -> Result<(), Failure> {
    let mut stream = connection.open(PERF).await?;
    stream.write_all(&download.to_be_bytes()).await?;
    send_zeros(&mut stream, upload).await?;
    stream.close().await?;
    let received = discard(&mut stream).await?;
    if received != download {
        return Err(Failure::other(format!(
            "perf: asked for {download} bytes, got {received}"
        )));
    }
    Ok(())
}

/// Opens, uses and closes short streams on one connection.
pub async fn streams(options: &Options) -> Result<(), Failure> {
    let node = Node::new(options)?;
    let connection = Arc::new(node.dial(options.target()).await?);
    measured("streams", options, |_, items| {
        let connection = connection.clone();
        async move {
            while let Some(i) = items.next() {
                small_echo(connection.open(ECHO).await?, &[i as u8]).await?;
            }
            Ok(())
        }
    })
    .await?;
    close(connection).await;
    Ok(())
}

/// Makes fresh connections, waits for identify on each and closes it. Every worker has its own identity.
pub async fn connects(options: &Options) -> Result<(), Failure> {
    let workers = options.parallel.min(options.count);
    let nodes = (0..workers)
        .map(|_| Node::new(options).map(Arc::new))
        .collect::<Result<Vec<_>, _>>()?;
    measured("connects", options, |worker, items| {
        let node = nodes[worker].clone();
        let target = options.target();
        async move {
            while items.next().is_some() {
                let mut connection = node.dial(target.clone()).await?;
                connection.identified().await?;
                connection.close().await;
            }
            Ok(())
        }
    })
    .await
}

/// The items that the workers share.
#[derive(Clone)]
struct Items {
    taken: Arc<AtomicUsize>,
    count: usize,
}

impl Items {
    fn next(&self) -> Option<usize> {
        let i = self.taken.fetch_add(1, Ordering::Relaxed);
        (i < self.count).then_some(i)
    }
}

/// Runs the workers until all items are taken and prints the time and processor time they took.
async fn measured<F>(name: &str, options: &Options, worker: impl Fn(usize, Items) -> F) -> Result<(), Failure>
where
    F: Future<Output = Result<(), Failure>> + Send + 'static,
{
    let items = Items {
        taken: Arc::default(),
        count: options.count,
    };
    let cpu = cpu_seconds();
    let start = Instant::now();
    let workers = options.parallel.min(options.count);
    try_join_all((0..workers).map(|i| spawn(worker(i, items.clone())))).await?;
    print(json!({
        "event": name,
        "count": options.count,
        "seconds": start.elapsed().as_secs_f64(),
        "cpu_s": cpu_seconds() - cpu,
    }));
    Ok(())
}

/// Runs on its own task, so that both processors are used.
async fn spawn<T: Send + 'static>(
    work: impl Future<Output = Result<T, Failure>> + Send + 'static,
) -> Result<T, Failure> {
    tokio::spawn(work).await.map_err(|e| Failure::other(e.to_string()))?
}

/// Holds connections, each of its own identity, until standard input ends or SIGTERM.
pub async fn idle(options: &Options) -> Result<(), Failure> {
    let dials = (0..options.count).map(|_| async {
        let node = Node::new(options)?;
        let mut connection = node.dial(options.target()).await?;
        connection.identified().await?;
        Ok::<_, Failure>((node, connection))
    });
    let held: Vec<_> = futures::stream::iter(dials)
        .buffer_unordered(IDLE_DIALS)
        .try_collect()
        .await?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    print(json!({"event": "idle", "count": held.len()}));
    tokio::select! {
        () = end_of_input() => {}
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    let closing: FuturesUnordered<_> = held
        .into_iter()
        .map(|(node, connection)| async move {
            connection.close().await;
            drop(node);
        })
        .collect();
    closing.collect::<()>().await;
    Ok(())
}

async fn end_of_input() {
    let mut input = tokio::io::stdin();
    let mut block = [0; 256];
    while input.read(&mut block).await.is_ok_and(|n| n > 0) {}
}

async fn close(connection: Arc<Connection>) {
    if let Some(connection) = Arc::into_inner(connection) {
        connection.close().await;
    }
}

/// The processor time of this process so far, user and system.
fn cpu_seconds() -> f64 {
    // SAFETY: rusage is plain numbers, for which zero is a value, and the call only writes it.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_SELF, &mut usage);
        usage
    };
    let seconds = |t: libc::timeval| t.tv_sec as f64 + t.tv_usec as f64 / 1e6;
    seconds(usage.ru_utime) + seconds(usage.ru_stime)
}
