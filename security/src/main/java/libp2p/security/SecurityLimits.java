package libp2p.security;

import java.time.Duration;

/**
 * The bounds on memory and work that a peer can cause in this module, before and after it has proved its identity.
 * Frame sizes that a protocol fixes (65,535 bytes for a Noise message, 16 KiB for a TLS record) are not listed.
 *
 * @param noisePayloadBytes longest payload of a Noise handshake message, 1 to 65,439 bytes
 * @param extensionMuxers most stream muxers named in a Noise handshake
 * @param protocolNameBytes longest name of a stream muxer, in bytes of UTF-8
 * @param extensionCerthashes most certificate hashes named in a Noise handshake
 * @param certhashBytes longest certificate hash (a multihash), in bytes
 * @param exchangeBytes longest exchange message of plaintext, in bytes
 * @param certificateBytes longest certificate of a peer, in bytes of DER
 * @param tlsHandshakeBytes most bytes that are read during a TLS handshake
 * @param certificateSkew how far the clocks of two peers may differ when the validity of a certificate is checked;
 *     not at all by default, as the specification demands (tls, "Peer Authentication")
 * @param closeNotify how long closing a TLS connection may wait for the socket to take the farewell
 */
public record SecurityLimits(
        int noisePayloadBytes,
        int extensionMuxers,
        int protocolNameBytes,
        int extensionCerthashes,
        int certhashBytes,
        int exchangeBytes,
        int certificateBytes,
        int tlsHandshakeBytes,
        Duration certificateSkew,
        Duration closeNotify) {
    /** The defaults, which suit every host. */
    public static final SecurityLimits DEFAULT = new SecurityLimits(
            16 << 10, 100, 256, 16, 128, 8 << 10, 16 << 10, 128 << 10, Duration.ZERO, Duration.ofMillis(250));

    private static final int MAX_NOISE_PAYLOAD = 65_535 - 96;

    public SecurityLimits {
        if (noisePayloadBytes < 1 || noisePayloadBytes > MAX_NOISE_PAYLOAD) {
            throw new IllegalArgumentException(
                    "noisePayloadBytes is " + noisePayloadBytes + ", allowed 1.." + MAX_NOISE_PAYLOAD);
        }
    }
}
