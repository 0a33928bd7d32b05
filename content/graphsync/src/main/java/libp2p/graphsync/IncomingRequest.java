package libp2p.graphsync;

import java.util.SequencedMap;
import libp2p.core.identity.PeerId;
import libp2p.ipld.Node;
import libp2p.ipld.selector.Selector;
import libp2p.multiformats.Cid;

/** A request of a peer, as a {@link ServingPolicy} sees it. Thread-safe. */
public interface IncomingRequest {
    /** The peer that asks. */
    PeerId peer();

    /** The root from which it asks. */
    Cid root();

    /** The part of the graph that it asks for. */
    Selector selector();

    /** The priority among the requests of the peer; higher is sooner. */
    long priority();

    /** The extensions beside it. */
    SequencedMap<String, Node> extensions();

    /** Blocks that were walked so far. */
    long blocks();

    /** Stops after the next block and tells the peer; blocks that were walked are sent. Idempotent. */
    void pause();

    /** Goes on after {@link #pause}. Idempotent. */
    void resume();

    /** Ends it and tells the peer that it was cancelled. Idempotent. */
    void cancel();

    /** Says something beside the next part of the answer. */
    void tell(String extension, Node value);
}
