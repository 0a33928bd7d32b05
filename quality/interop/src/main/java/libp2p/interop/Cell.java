package libp2p.interop;

/** One check between two peers: the dialer's process ends with the check, the listener serves many cells. */
record Cell(Peer dialer, Peer listener, Transport transport, String security, String muxer, Check check) {
    /** Stands for security protocol and muxer where the transport brings its own. */
    static final String OWN = "own";

    /** The options of a listener that serves this cell. */
    Listener.Kind listenerKind() {
        return new Listener.Kind(listener, transport, security, muxer, check.privateNetwork());
    }

    /** The one that is not the node under test, or that node if it is on both sides. */
    Peer other(Peer subject) {
        return dialer.equals(subject) ? listener : dialer;
    }

    @Override
    public String toString() {
        return transport.securesAndMuxes()
                ? "%s→%s %s %s".formatted(dialer, listener, transport, check)
                : "%s→%s %s %s %s %s".formatted(dialer, listener, transport, security, muxer, check);
    }

    /** A name for the folder of its logs. */
    String fileName() {
        return toString().replace("→", "-to-").replace(' ', '-');
    }
}
