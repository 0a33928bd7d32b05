package libp2p.graphsync;

import java.util.SequencedMap;
import libp2p.ipld.Node;
import libp2p.multiformats.Cid;

/** Decides which requests of peers are served. Called on threads of requests, without locks; may block. */
public interface ServingPolicy {
    /** Serves all. */
    ServingPolicy ALL = new ServingPolicy() {};

    /** Whether a peer is given a block that is here; others look absent. */
    default boolean serves(Cid cid) {
        return true;
    }

    /**
     * Looks at a request before it is served; may {@linkplain IncomingRequest#pause pause} it.
     *
     * @return whether it is served; else the peer is told that it is rejected
     */
    default boolean accepts(IncomingRequest request) {
        return true;
    }

    /** Looks at a request after each block; may pause or cancel it. */
    default void walked(IncomingRequest request, Cid cid, long bytes) {}

    /** The peer says something about a request, for example what lets it go on. */
    default void updated(IncomingRequest request, SequencedMap<String, Node> extensions) {}
}
