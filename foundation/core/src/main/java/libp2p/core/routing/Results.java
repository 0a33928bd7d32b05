package libp2p.core.routing;

import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Results of a search, taken as they are found. One thread takes at a time; {@link #close} may be called from any
 * thread, ends the search and wakes the taker. Always to be closed: an open search keeps asking peers as results are
 * taken.
 *
 * <pre>{@code
 * try (Results<PeerAddress> providers = routing.findProviders(cid, deadline)) {
 *     for (PeerAddress provider; (provider = providers.next()) != null; ) {
 *         …
 *     }
 * }
 * }</pre>
 */
public interface Results<T> extends AutoCloseable {
    /**
     * Waits for the next result.
     *
     * @return null when there are no more: the search is complete, its deadline has passed, or it was closed
     * @throws IOException if the search failed; it never fails after its last result
     * @throws java.io.InterruptedIOException if the thread is interrupted, with the flag kept; the search goes on
     */
    @Nullable
    T next() throws IOException;

    @Override
    void close();

    /** Results that are here already. */
    static <T> Results<T> of(List<T> items) {
        Iterator<T> left = List.copyOf(items).iterator();
        return new Results<>() {
            @Override
            public @Nullable T next() {
                return left.hasNext() ? left.next() : null;
            }

            @Override
            public void close() {}
        };
    }

    /** No results at all. */
    static <T> Results<T> none() {
        return of(List.of());
    }
}
