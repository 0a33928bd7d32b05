//! A small rust-libp2p node with the command line of `quality/interop/peers/README.md`: the other end of interoperability
//! tests and benchmarks. Standard output carries one JSON object per line, the exit code tells why a dial failed.

mod busy_ping;
mod checks;
mod failure;
mod listen;
mod measure;
mod node;
mod options;
mod patient_ping;
mod streams;
mod transport;

use std::time::Duration;

use failure::Failure;
use options::{Command, Options};

const LAST_PACKETS: Duration = Duration::from_millis(20);

#[tokio::main]
pub async fn main() {
    raise_file_limit();
    let code = run().await.map_or_else(
        |failure| {
            eprintln!("error: {failure}");
            failure.exit_code()
        },
        |()| 0,
    );
    // A closed QUIC connection says so in a packet of its own, which quinn's task sends a moment later.
    tokio::time::sleep(LAST_PACKETS).await;
    // Returning would wait for the thread that may still read standard input.
    std::process::exit(code);
}

async fn run() -> Result<(), Failure> {
    let options = Options::parse(std::env::args().skip(1))?;
    match options.command {
        Command::Listen => listen::listen(&options).await,
        Command::Key => options::write_key(&options),
        Command::Ping => checks::ping(&options).await,
        Command::Identify => checks::identify(&options).await,
        Command::Echo => checks::echo(&options).await,
        Command::HalfClose => checks::half_close(&options).await,
        Command::Reset => checks::reset(&options).await,
        Command::Perf => measure::perf(&options).await,
        Command::BusyPing => busy_ping::busy_ping(&options).await,
        Command::Streams => measure::streams(&options).await,
        Command::Connects => measure::connects(&options).await,
        Command::Idle => measure::idle(&options).await,
    }
}

/// Prints one event; standard output is flushed at every line end.
fn print(event: serde_json::Value) {
    println!("{event}");
}

/// Thousands of connections need thousands of file descriptors: takes as many as the system lets us have.
fn raise_file_limit() {
    let mut limit = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: both calls only read or write the struct they are given.
    unsafe {
        if libc::getrlimit(libc::RLIMIT_NOFILE, &mut limit) == 0 {
            limit.rlim_cur = limit.rlim_max;
            libc::setrlimit(libc::RLIMIT_NOFILE, &limit);
        }
    }
}
