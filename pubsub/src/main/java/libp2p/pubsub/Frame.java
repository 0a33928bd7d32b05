package libp2p.pubsub;

import libp2p.pubsub.rpc.Rpc;

/** An element of the queue of a peer: an RPC, or nothing but a reason to look. */
record Frame(byte[] bytes) {
    /** Wakes the writer. */
    static final Frame WAKE = new Frame(new byte[0]);

    static Frame of(Rpc rpc) {
        return new Frame(rpc.encoded());
    }
}
