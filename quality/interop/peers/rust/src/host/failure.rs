use std::{error::Error, fmt, io};

use libp2p::{core::transport::TransportError, swarm::DialError};

/// Why a command ends without success, by exit code.
#[derive(Debug)]
pub enum Failure {
    /// 1: anything not below.
    Other(String),
    /// 2: the command line is wrong or asks for what this implementation does not offer.
    Usage(String),
    /// 3: no transport connection came about.
    Unreachable(String),
    /// 4: the peer reached is another one.
    WrongPeer(String),
}

impl Failure {
    pub fn usage(reason: impl Into<String>) -> Self {
        Failure::Usage(reason.into())
    }

    pub fn other(reason: impl Into<String>) -> Self {
        Failure::Other(reason.into())
    }

    pub fn exit_code(&self) -> i32 {
        match self {
            Failure::Other(_) => 1,
            Failure::Usage(_) => 2,
            Failure::Unreachable(_) => 3,
            Failure::WrongPeer(_) => 4,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Failure::Other(reason)
        | Failure::Usage(reason)
        | Failure::Unreachable(reason)
        | Failure::WrongPeer(reason)) = self;
        f.write_str(reason)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Failure::Other(chain(&error))
    }
}

impl From<DialError> for Failure {
    fn from(error: DialError) -> Self {
        match &error {
            DialError::WrongPeerId { .. } => Failure::WrongPeer(error.to_string()),
            DialError::Transport(attempts) => {
                let reasons: Vec<_> = attempts
                    .iter()
                    .map(|(address, error)| format!("{address}: {}", chain(error)))
                    .collect();
                let reason = format!("dial failed: {}", reasons.join("; "));
                if attempts
                    .iter()
                    .any(|(_, error)| matches!(error, TransportError::MultiaddrNotSupported(_)))
                {
                    Failure::Usage(reason)
                } else if attempts.iter().any(|(_, error)| is_unreachable(error)) {
                    Failure::Unreachable(reason)
                } else {
                    Failure::Other(reason)
                }
            }
            _ => Failure::Other(error.to_string()),
        }
    }
}

/// Of listening.
impl From<TransportError<io::Error>> for Failure {
    fn from(error: TransportError<io::Error>) -> Self {
        match error {
            TransportError::MultiaddrNotSupported(_) => Failure::Usage(error.to_string()),
            TransportError::Other(error) => Failure::Other(format!("listen: {}", chain(&error))),
        }
    }
}

/// Names a socket's error as the cause, because the `Either` of a choice of transports names only the cause of what it
/// holds.
#[derive(Debug)]
pub struct SocketError(pub io::Error);

impl fmt::Display for SocketError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for SocketError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
}

/// Follows the causes, also those that `io::Error` wraps without naming them as its source.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    let mut next = Some(error);
    std::iter::from_fn(move || {
        let error = next?;
        next = match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => error.source(),
        };
        Some(error)
    })
}

fn is_unreachable(error: &TransportError<io::Error>) -> bool {
    causes(error).any(|cause| {
        if let Some(libp2p::quic::Error::HandshakeTimedOut) = cause.downcast_ref::<libp2p::quic::Error>() {
            return true;
        }
        cause.downcast_ref::<io::Error>().is_some_and(|error| {
            matches!(
                error.kind(),
                io::ErrorKind::ConnectionRefused | io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable
            )
        })
    })
}

/// The messages of an error and its causes, each once.
fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = String::new();
    for cause in causes(error) {
        let message = cause.to_string();
        if !text.contains(&message) {
            text = if text.is_empty() {
                message
            } else {
                format!("{text}: {message}")
            };
        }
    }
    text
}
