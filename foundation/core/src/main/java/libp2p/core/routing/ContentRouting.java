package libp2p.core.routing;

import java.io.IOException;
import java.util.Collection;
import libp2p.core.environment.Deadline;
import libp2p.core.host.PeerAddress;
import libp2p.multiformats.Cid;

/** Finds and announces the peers that have content. Thread-safe. */
public interface ContentRouting {
    /**
     * Announces that this host has the content, once; blocks until enough peers know.
     *
     * @throws IOException if no peer took the announcement
     */
    void provide(Cid cid, Deadline deadline) throws IOException;

    /** Searches for providers; each is found at most once. Does not block. */
    Results<PeerAddress> findProviders(Cid cid, Deadline deadline);

    /**
     * Announces content from now on until {@link #stopProviding}, as often as the network forgets it, also after a
     * restart where the host has a data directory. Returns when the keys are noted, not when they are announced.
     *
     * @throws IOException if the keys cannot be noted, or are more than the limits of the implementation
     * @throws UnsupportedOperationException if the implementation only announces once
     */
    default void startProviding(Collection<Cid> cids) throws IOException {
        throw new UnsupportedOperationException(getClass().getSimpleName() + " announces once, by provide");
    }

    /** Announces content no more; the network forgets it by and by. */
    default void stopProviding(Collection<Cid> cids) throws IOException {
        throw new UnsupportedOperationException(getClass().getSimpleName() + " announces once, by provide");
    }
}
