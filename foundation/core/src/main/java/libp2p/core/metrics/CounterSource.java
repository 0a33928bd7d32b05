package libp2p.core.metrics;

import java.util.List;
import java.util.function.LongSupplier;

/**
 * A service of a host that counts what it does. A program that shows the metrics of the host finds it among the
 * services and shows its counters too, so that those of third parties stand beside the built-in ones.
 */
public interface CounterSource {
    /**
     * A number that only grows.
     *
     * @param service name of the service, for example {@code "chess"}
     * @param event what is counted, for example {@code "games"}
     * @param count the present number; asked by any thread, must not block
     */
    record Counter(String service, String event, LongSupplier count) {}

    /** The counters, always the same ones; asked once, before the service has started. */
    List<Counter> counters();
}
