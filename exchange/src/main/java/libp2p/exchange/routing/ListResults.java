package libp2p.exchange.routing;

import java.util.Iterator;
import java.util.List;
import libp2p.core.routing.Results;
import org.jspecify.annotations.Nullable;

/** Results that are here already. */
final class ListResults<T> implements Results<T> {
    private final Iterator<T> items;

    private ListResults(List<T> items) {
        this.items = items.iterator();
    }

    static <T> Results<T> of(List<T> items) {
        return new ListResults<>(items);
    }

    @Override
    public @Nullable T next() {
        return items.hasNext() ? items.next() : null;
    }

    @Override
    public void close() {
        // nothing runs
    }
}
