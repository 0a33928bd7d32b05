//! The other end of the interoperability tests and benchmarks, around rust-libp2p: `peer COMMAND …` of the command line in
//! `../README.md`, or `peer FAMILY …`, of which each module is a family with a command line of its own.

mod content;
mod discovery;
mod host;
mod kad;
mod nat;
mod pubsub;

use std::process::ExitCode;

fn main() -> ExitCode {
    match std::env::args().nth(1).as_deref() {
        Some("content") => content::main(),
        Some("discovery") => discovery::main(),
        Some("kad") => kad::main(),
        Some("nat") => return nat::main(),
        Some("pubsub") => pubsub::main(),
        _ => host::main(),
    }
    ExitCode::SUCCESS
}
