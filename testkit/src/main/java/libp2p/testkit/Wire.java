package libp2p.testkit;

/** Over what the nodes of a {@link World} listen and dial. */
public enum Wire {
    /** TCP with Noise and yamux. */
    TCP("/tcp/4001"),
    /** QUIC. */
    QUIC("/udp/4001/quic-v1");

    private final String suffix;

    Wire(String suffix) {
        this.suffix = suffix;
    }

    String address(String ip) {
        return "/ip4/" + ip + suffix;
    }
}
