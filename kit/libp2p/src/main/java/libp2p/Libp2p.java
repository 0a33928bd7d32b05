package libp2p;

/**
 * Where a program starts. A host is one peer of a libp2p network: it has an identity, listens on addresses, dials other
 * peers, and speaks protocols on the streams between them. Two hosts in one process, of which one shouts back what the
 * other says:
 *
 * <pre>{@code
 * try (Host server = Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").start();
 *         Host client = Libp2p.host().start()) {
 *     server.handle("/shout/1.0.0", stream -> {
 *         String text = new String(stream.input().readAllBytes(), StandardCharsets.UTF_8);
 *         stream.write(text.toUpperCase().getBytes(StandardCharsets.UTF_8));
 *     });
 *     …
 * }
 * }</pre>
 *
 * <p>Every handler runs on a virtual thread of its own and may block. Protocols beyond identify and ping come as
 * families: {@code .with(GossipSub.create(), Kad.server(), Nat.create())}.
 */
public final class Libp2p {
    /** Name and version of this implementation, as identify tells them. */
    public static final String AGENT = "java-libp2p/0.1.0";

    private Libp2p() {}

    /**
     * A host with the defaults: a new Ed25519 identity, TCP, Noise and TLS 1.3, yamux, identify and ping, go-libp2p's
     * limits scaled to this machine; it listens nowhere until told to.
     */
    public static HostBuilder host() {
        return new HostBuilder();
    }
}
