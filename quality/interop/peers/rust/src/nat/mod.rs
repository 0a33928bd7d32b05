//! A rust-libp2p node behind, in front of and in between routers: relay, AutoNAT server and client, reserved peer and dialer of
//! quality/interop/nat/run. It prints one JSON object per line and nothing else on standard output.

mod node;
mod options;

use std::process::ExitCode;

use options::Options;

/// The peer could not be reached without a relay.
const NOT_DIRECT: u8 = 3;

#[tokio::main]
pub async fn main() -> ExitCode {
    let options = match Options::parse(std::env::args().skip(2)) {
        Ok(options) => options,
        Err(text) => {
            eprintln!("error: {text}");
            return ExitCode::from(2);
        }
    };
    match node::run(options).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(NOT_DIRECT),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
