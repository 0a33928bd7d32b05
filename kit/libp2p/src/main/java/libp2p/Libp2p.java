package libp2p;

/**
 * Where a program starts.
 *
 * <pre>{@code
 * try (Host host = Libp2p.host().listen("/ip4/0.0.0.0/tcp/4001").start()) {
 *     host.handle("/echo/1.0.0", stream -> stream.input().transferTo(stream.output()));
 *     …
 * }
 * }</pre>
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
