package libp2p;

import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;

/** Finds what other jars register for the {@link ServiceLoader}. */
final class Plugins {
    private Plugins() {}

    /** New instances of all providers that the loader sees, sorted by the names of their classes. */
    static <T> List<T> load(Class<T> service, ClassLoader loader) {
        return ServiceLoader.load(service, loader).stream()
                .sorted(Comparator.comparing(provider -> provider.type().getName()))
                .map(ServiceLoader.Provider::get)
                .toList();
    }
}
