package libp2p.security;

import java.time.Duration;
import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;
import libp2p.core.limits.LimitGroup;

/**
 * The bounds on memory and work that a peer can cause in this module, before and after it has proved its identity.
 * Frame sizes that a protocol fixes (65,535 bytes for a Noise message, 16 KiB for a TLS record) are not listed.
 */
@LimitGroup("security")
public record SecurityLimits(
        @Bound(
                value = "16KiB",
                least = "1",
                most = "65439",
                unit = "bytes",
                is = "of the payload of one Noise handshake message; a longer one fails the handshake")
        int noisePayloadBytes,

        @Bound(
                value = "100",
                least = "1",
                most = "10000",
                unit = "muxers",
                is = "that a peer may name in a Noise handshake; more fail it")
        int extensionMuxers,

        @Bound(
                value = "256",
                least = "1",
                most = "65439",
                unit = "bytes",
                is = "of the name of a muxer in a Noise handshake; a longer one fails it")
        int protocolNameBytes,

        @Bound(
                value = "16",
                least = "1",
                most = "10000",
                unit = "hashes",
                is = "of WebTransport certificates that a peer may name in a Noise handshake; more fail it")
        int extensionCerthashes,

        @Bound(
                value = "128",
                least = "1",
                most = "65439",
                unit = "bytes",
                is = "of one certificate hash (a multihash) in a Noise handshake; a longer one fails it")
        int certhashBytes,

        @Bound(
                value = "8KiB",
                least = "1",
                most = "1MiB",
                unit = "bytes",
                is =
                        "of the message by which a peer of the plaintext protocol names itself; a longer one fails the handshake")
        int exchangeBytes,

        @Bound(
                value = "16KiB",
                least = "1",
                most = "1MiB",
                unit = "bytes",
                is = "of the certificate of a peer in TLS, in DER; a longer one fails the handshake")
        int certificateBytes,

        @Bound(
                value = "128KiB",
                least = "1",
                most = "1GiB",
                unit = "bytes",
                is = "that a peer may send in one TLS handshake; more fail it")
        int tlsHandshakeBytes,

        @Bound(
                value = "0s",
                least = "0s",
                most = "365d",
                is =
                        "how far the clocks of two peers may differ when the validity of a TLS certificate is checked; 0s allows no difference")
        Duration certificateSkew,

        @Bound(
                value = "250ms",
                least = "1ms",
                most = "1d",
                is = "how long closing a TLS connection may wait for the network to take its last alert")
        Duration closeNotify) {
    /** The defaults, which suit every host. */
    public static final SecurityLimits DEFAULT = Bounds.defaults(SecurityLimits.class);

    public SecurityLimits {
        Bounds.check(
                SecurityLimits.class,
                noisePayloadBytes,
                extensionMuxers,
                protocolNameBytes,
                extensionCerthashes,
                certhashBytes,
                exchangeBytes,
                certificateBytes,
                tlsHandshakeBytes,
                certificateSkew,
                closeNotify);
    }
}
