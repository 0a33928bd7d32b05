package libp2p.interop;

/** One check between two peers: the dialer's process ends with the check, the listener serves many cells. */
record Cell(Peer dialer, Peer listener, String transport, String security, String muxer, Check check) {
    /** What a listener must be started with to serve this cell. */
    Listener.Kind listenerKind() {
        return new Listener.Kind(listener, transport, security, muxer, check.privateNetwork());
    }

    /** The one that is not the node under test, or that node if it is on both sides. */
    Peer other(Peer subject) {
        return dialer.equals(subject) ? listener : dialer;
    }

    @Override
    public String toString() {
        return "%s→%s %s %s %s %s".formatted(dialer, listener, transport, security, muxer, check);
    }

    /** A name for the folder of its logs. */
    String fileName() {
        return toString().replace("→", "-to-").replace(' ', '-');
    }
}
