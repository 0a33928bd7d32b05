//! The transports: tcp, ws and wss with the chosen security and muxers, and quic.

use std::{io, time::Duration};

use futures::{
    AsyncRead, AsyncWrite, FutureExt, TryFutureExt,
    future::{BoxFuture, Either},
};
use libp2p::{
    PeerId, Transport,
    core::{
        UpgradeInfo,
        muxing::StreamMuxerBox,
        transport::Boxed,
        upgrade::{InboundConnectionUpgrade, OutboundConnectionUpgrade, Version},
    },
    identity::Keypair,
    noise,
    pnet::PnetConfig,
    quic, tcp, tls, yamux,
};
use libp2p_websocket as websocket;

use crate::host::{
    failure::{Failure, SocketError},
    options::Options,
};

/// The limit `SwarmBuilder` sets for a connection's upgrades.
const UPGRADE_TIMEOUT: Duration = Duration::from_secs(10);

/// With `--limits none`: as many streams as yamux allows for its default receive window of a connection.
const MUXED_STREAMS: usize = 4096;

pub fn transport(options: &Options, key: &Keypair) -> Result<Boxed<(PeerId, StreamMuxerBox)>, Failure> {
    let psk = options.psk()?;
    let mut ws = websocket::Config::new(tcp::tokio::Transport::new(tcp::Config::default()));
    ws.set_tls_config(tls_of_websocket(options)?);
    let upgraded = ws
        .map_err(io::Error::other)
        .or_transport(tcp::tokio::Transport::new(tcp::Config::default()))
        .map_err(|either| either.into_inner())
        .and_then(move |socket, _| async move {
            match psk {
                Some(psk) => PnetConfig::new(psk)
                    .handshake(socket)
                    .map_ok(Either::Left)
                    .await
                    .map_err(io::Error::other),
                None => Ok(Either::Right(socket)),
            }
        })
        .map_err(|either| SocketError(either.into_inner()))
        .upgrade(Version::V1Lazy)
        .authenticate(Security::new(options, key)?)
        .multiplex(Muxing::new(options))
        .timeout(UPGRADE_TIMEOUT)
        .map_err(io::Error::other);
    if psk.is_some() {
        return Ok(upgraded.boxed());
    }
    // More than quic's default of 256 streams would cost every idle connection memory: quinn reserves a place for each.
    let quic =
        quic::tokio::Transport::new(quic::Config::new(key)).map(|(peer, muxer), _| (peer, StreamMuxerBox::new(muxer)));
    let all = upgraded
        .or_transport(quic.map_err(io::Error::other))
        .map_err(|either| either.into_inner());
    Ok(all.map(|either, _| either.into_inner()).boxed())
}

/// What wss dialers trust, and the self-signed certificate of wss listeners.
fn tls_of_websocket(options: &Options) -> Result<websocket::tls::Config, Failure> {
    let mut tls = websocket::tls::Config::builder();
    if let Some(der) = options.tls_ca()? {
        tls.add_trust(&websocket::tls::Certificate::new(der))
            .map_err(|e| Failure::usage(format!("--tls-ca: {e}")))?;
    }
    if !options.listen.is_empty() {
        let names = vec!["localhost".to_string(), "127.0.0.1".to_string(), "::1".to_string()];
        let made = rcgen::generate_simple_self_signed(names).map_err(|e| Failure::other(e.to_string()))?;
        let key = websocket::tls::PrivateKey::new(made.key_pair.serialize_der());
        let certificate = websocket::tls::Certificate::new(made.cert.der().to_vec());
        tls.server(key, [certificate])
            .map_err(|e| Failure::other(e.to_string()))?;
    }
    Ok(tls.finish())
}

/// Noise and TLS in the wanted order.
#[derive(Clone)]
struct Security {
    noise: noise::Config,
    tls: tls::Config,
    wanted: Vec<&'static str>,
}

impl Security {
    fn new(options: &Options, key: &Keypair) -> Result<Self, Failure> {
        let noise = noise::Config::new(key).map_err(|e| Failure::other(e.to_string()))?;
        let tls = tls::Config::new(key).map_err(|e| Failure::other(e.to_string()))?;
        let names = options.security.iter().map(|name| match *name {
            "noise" => noise.protocol_info().next(),
            _ => tls.protocol_info().next(),
        });
        let wanted = names.flatten().collect();
        Ok(Security { noise, tls, wanted })
    }

    fn is_noise(&self, protocol: &str) -> bool {
        self.noise.protocol_info().any(|name| name == protocol)
    }
}

impl UpgradeInfo for Security {
    type Info = &'static str;
    type InfoIter = std::vec::IntoIter<&'static str>;

    fn protocol_info(&self) -> Self::InfoIter {
        self.wanted.clone().into_iter()
    }
}

type Secured<C> = (PeerId, Either<noise::Output<C>, tls::TlsStream<C>>);

impl<C: AsyncRead + AsyncWrite + Unpin + Send + 'static> InboundConnectionUpgrade<C> for Security {
    type Output = Secured<C>;
    type Error = io::Error;
    type Future = BoxFuture<'static, io::Result<Self::Output>>;

    fn upgrade_inbound(self, socket: C, protocol: Self::Info) -> Self::Future {
        if self.is_noise(protocol) {
            let done = self.noise.upgrade_inbound(socket, protocol);
            done.map_ok(|(peer, secured)| (peer, Either::Left(secured)))
                .map_err(io::Error::other)
                .boxed()
        } else {
            let done = self.tls.upgrade_inbound(socket, protocol);
            done.map_ok(|(peer, secured)| (peer, Either::Right(secured)))
                .map_err(io::Error::other)
                .boxed()
        }
    }
}

impl<C: AsyncRead + AsyncWrite + Unpin + Send + 'static> OutboundConnectionUpgrade<C> for Security {
    type Output = Secured<C>;
    type Error = io::Error;
    type Future = BoxFuture<'static, io::Result<Self::Output>>;

    fn upgrade_outbound(self, socket: C, protocol: Self::Info) -> Self::Future {
        if self.is_noise(protocol) {
            let done = self.noise.upgrade_outbound(socket, protocol);
            done.map_ok(|(peer, secured)| (peer, Either::Left(secured)))
                .map_err(io::Error::other)
                .boxed()
        } else {
            let done = self.tls.upgrade_outbound(socket, protocol);
            done.map_ok(|(peer, secured)| (peer, Either::Right(secured)))
                .map_err(io::Error::other)
                .boxed()
        }
    }
}

/// Yamux and mplex in the wanted order.
#[derive(Clone)]
struct Muxing {
    yamux: yamux::Config,
    mplex: libp2p_mplex::Config,
    wanted: Vec<&'static str>,
}

impl Muxing {
    fn new(options: &Options) -> Self {
        let mut yamux = yamux::Config::default();
        let mut mplex = libp2p_mplex::Config::new();
        if options.unlimited {
            yamux.set_max_num_streams(MUXED_STREAMS);
            mplex.set_max_num_streams(MUXED_STREAMS);
        }
        let names = options.muxers.iter().map(|name| match *name {
            "yamux" => yamux.protocol_info().next(),
            _ => mplex.protocol_info().next(),
        });
        let wanted = names.flatten().collect();
        Muxing { yamux, mplex, wanted }
    }

    fn is_yamux(&self, protocol: &str) -> bool {
        self.yamux.protocol_info().any(|name| name == protocol)
    }
}

impl UpgradeInfo for Muxing {
    type Info = &'static str;
    type InfoIter = std::vec::IntoIter<&'static str>;

    fn protocol_info(&self) -> Self::InfoIter {
        self.wanted.clone().into_iter()
    }
}

impl<C: AsyncRead + AsyncWrite + Unpin + Send + 'static> InboundConnectionUpgrade<C> for Muxing {
    type Output = StreamMuxerBox;
    type Error = io::Error;
    type Future = BoxFuture<'static, io::Result<Self::Output>>;

    fn upgrade_inbound(self, socket: C, protocol: Self::Info) -> Self::Future {
        if self.is_yamux(protocol) {
            self.yamux
                .upgrade_inbound(socket, protocol)
                .map_ok(StreamMuxerBox::new)
                .boxed()
        } else {
            self.mplex
                .upgrade_inbound(socket, protocol)
                .map_ok(StreamMuxerBox::new)
                .boxed()
        }
    }
}

impl<C: AsyncRead + AsyncWrite + Unpin + Send + 'static> OutboundConnectionUpgrade<C> for Muxing {
    type Output = StreamMuxerBox;
    type Error = io::Error;
    type Future = BoxFuture<'static, io::Result<Self::Output>>;

    fn upgrade_outbound(self, socket: C, protocol: Self::Info) -> Self::Future {
        if self.is_yamux(protocol) {
            self.yamux
                .upgrade_outbound(socket, protocol)
                .map_ok(StreamMuxerBox::new)
                .boxed()
        } else {
            self.mplex
                .upgrade_outbound(socket, protocol)
                .map_ok(StreamMuxerBox::new)
                .boxed()
        }
    }
}
