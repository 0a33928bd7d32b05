package libp2p.growth;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import libp2p.HostBuilder;
import libp2p.core.host.ProtocolFamily;
import libp2p.core.identity.PeerId;
import libp2p.core.identity.PublicKey;
import libp2p.muxers.mplex.Mplex;
import libp2p.muxers.yamux.Yamux;
import libp2p.secio.Secio;
import libp2p.security.noise.Noise;
import libp2p.security.plaintext.Plaintext;
import libp2p.security.pnet.PreSharedKey;
import libp2p.security.tls.Tls;
import libp2p.transports.quic.QuicTransport;
import libp2p.transports.tcp.TcpTransport;
import libp2p.transports.websocket.WebSocketTransport;
import libp2p.transports.websocket.tls.TlsTrust;
import libp2p.transports.webtransport.WebTransport;

/** Drivers of the handshakes of transports and secure channels, and of the sessions of muxers. */
final class HandshakeDrivers {
    /** Bytes until a handshake is over, and a little more. */
    private static final int HANDSHAKE = 1_500;

    /** Bytes in which a few streams are opened and ended, unless something goes wrong. */
    private static final int SESSION = 12_000;

    private static final int DATAGRAMS = 20;
    private static final String QUIC = "/udp/" + Scene.PORT + "/quic-v1";
    private static final byte[] NETWORK = new byte[PreSharedKey.LENGTH];

    /** The places of VerifiedCertificates, which the process shares. */
    private static final int PLACES = 512;

    private static final String REMEMBERED =
            "the last 512 certificates that were verified are remembered for the process, which outlives its hosts";

    private static final List<Bound> CERTIFICATES = List.of(
            new Bound("libp2p.security.tls.VerifiedCertificates$Entry", PLACES, REMEMBERED),
            new Bound("libp2p.security.tls.VerifiedCertificates$Remembered", PLACES, REMEMBERED),
            new Bound("libp2p.security.tls.CertificateVerifier$Verified", PLACES, REMEMBERED),
            new Bound(PeerId.class, PLACES, REMEMBERED),
            new Bound(PublicKey.class, PLACES, REMEMBERED),
            new Bound(Instant.class, 2 * PLACES, REMEMBERED),
            new Bound(byte[].class, 4 * PLACES, REMEMBERED));

    /** As many as SentPackets keeps of a connection to be used again, and more in flight. */
    private static final int PACKETS = 128;

    private static final String IN_FLIGHT =
            "of the one connection that was there last: what was sent and not acknowledged when its peer fell silent";

    private static final List<Bound> SENT = List.of(
            new Bound("libp2p.quic.recovery.SentPacket", PACKETS, IN_FLIGHT),
            new Bound("libp2p.quic.recovery.SentFrame$1", PACKETS, IN_FLIGHT),
            new Bound("libp2p.quic.connection.LocalConnectionIds$1", PACKETS, IN_FLIGHT),
            new Bound("libp2p.quic.connection.PacketBuilder$$Lambda", PACKETS, IN_FLIGHT));

    private HandshakeDrivers() {}

    static List<HostileDriver> all() {
        return List.of(
                over(Scene.TCP, "TCP and Noise", HANDSHAKE, host -> {}, TcpTransport.class, Noise.class),
                over(Scene.TCP, "TLS", HANDSHAKE, host -> host.security("tls"), Tls.class),
                over(Scene.TCP, "secio", HANDSHAKE, HandshakeDrivers::secio, Secio.class),
                over(
                        Scene.TCP,
                        "private network",
                        HANDSHAKE,
                        host -> host.privateNetwork(PreSharedKey.of(NETWORK)),
                        PreSharedKey.class),
                over(
                        Scene.TCP,
                        "plaintext and Yamux",
                        SESSION,
                        host -> host.security("plaintext").muxers("yamux"),
                        Plaintext.class,
                        Yamux.class),
                over(
                        Scene.TCP,
                        "mplex",
                        SESSION,
                        host -> host.security("plaintext").muxers("mplex"),
                        Mplex.class),
                over(Scene.TCP + "/ws", "WebSocket", HANDSHAKE, host -> {}, WebSocketTransport.class),
                over(
                        Scene.TCP + "/tls/ws",
                        "WebSocket over TLS",
                        HANDSHAKE,
                        host -> host.webSocket(WebSocketTransport.Options.DEFAULT.withTrust(TlsTrust.insecure())),
                        WebSocketTransport.class),
                over(QUIC, "QUIC", DATAGRAMS, host -> {}, QuicTransport.class),
                over(QUIC + "/webtransport", "WebTransport", DATAGRAMS, host -> {}, WebTransport.class));
    }

    private static HostileDriver over(
            String listen, String name, int farthest, Consumer<HostBuilder> settings, Class<?>... covers) {
        List<Bound> bounds = new ArrayList<>();
        if (List.of(covers).contains(Tls.class)) {
            bounds.addAll(CERTIFICATES);
        } else if (listen.startsWith(QUIC)) {
            bounds.addAll(CERTIFICATES);
            bounds.addAll(SENT);
        }
        return new HandshakeDriver(name, Set.of(covers), bounds, farthest, listen, settings);
    }

    private static void secio(HostBuilder host) {
        ProtocolFamily family = assembly -> assembly.security(Secio.create(assembly.identity()));
        host.security().with(family);
    }
}
