package libp2p.simulator;

/** The transports over which simulated hosts listen and dial. */
public enum Wire {
    /** TCP with Noise and yamux. */
    TCP("/tcp/", ""),
    /** QUIC. */
    QUIC("/udp/", "/quic-v1"),
    /** WebTransport. */
    WEBTRANSPORT("/udp/", "/quic-v1/webtransport");

    private final String transport;
    private final String protocol;

    Wire(String transport, String protocol) {
        this.transport = transport;
        this.protocol = protocol;
    }

    /**
     * The multiaddr to listen on.
     *
     * @param ip an address of version 4 or 6
     */
    public String address(String ip, int port) {
        return (ip.indexOf(':') < 0 ? "/ip4/" : "/ip6/") + ip + transport + port + protocol;
    }
}
