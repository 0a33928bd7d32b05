package libp2p.security;

/**
 * Takes the secrets of TLS connections, as programs read them that look into recorded traffic (NSS key log format). Who has them reads
 * everything that the connections carry. Called while a handshake runs, from many threads; must not block.
 */
@FunctionalInterface
public interface KeyLog {
    /** Takes nothing. */
    KeyLog NONE = (label, clientRandom, secret) -> {};

    /**
     * A secret is known.
     *
     * @param label its name in the format, for example {@code CLIENT_TRAFFIC_SECRET_0}
     * @param clientRandom the random bytes of the ClientHello, which name the connection; only to be read
     * @param secret only to be read, and not kept: it is wiped
     */
    void secret(String label, byte[] clientRandom, byte[] secret);
}
