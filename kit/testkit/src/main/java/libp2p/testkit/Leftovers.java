package libp2p.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import libp2p.core.connection.Connection;
import libp2p.core.connection.RawConnection;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Environment;
import libp2p.core.host.HostService;
import libp2p.core.host.StreamHandler;
import libp2p.core.metrics.HostObserver;
import libp2p.swarm.Swarm;
import libp2p.swarm.events.BoundedEventBus;
import org.jspecify.annotations.Nullable;

/**
 * The objects that a closed host and its services must not hold any more: subscriptions to events, and connections and
 * streams in any map, list, set or queue. An entry that stays after its connection has closed is a leak that grows with
 * the number of strangers.
 *
 * <p>Looks into the packages that are open to it: on the class path those are all of libp2p.
 */
final class Leftovers {
    /** A host that is closed holds far fewer objects. */
    private static final int MOST_OBJECTS = 1_000_000;

    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final ArrayDeque<Found> next = new ArrayDeque<>();
    private final List<String> leftovers = new ArrayList<>();

    private record Found(Object object, String path) {}

    private Leftovers() {}

    /** Fails if a closed host holds something that should have gone with it. */
    static void require(String name, Swarm host) {
        assertThat(((BoundedEventBus) host.events()).subscriptions())
                .as("subscriptions to the events of %s that are still open", name)
                .isZero();
        Leftovers leftovers = new Leftovers();
        leftovers.reach(host, "host");
        for (HostService service : host.findAll(HostService.class)) {
            leftovers.reach(service, service.getClass().getSimpleName());
        }
        leftovers.walk();
        assertThat(leftovers.leftovers)
                .as("connections and streams that the closed host %s still holds", name)
                .isEmpty();
    }

    private void walk() {
        while (!next.isEmpty()) {
            assertThat(seen.size()).as("objects that a closed host holds").isLessThan(MOST_OBJECTS);
            Found found = next.remove();
            switch (found.object) {
                case Map<?, ?> map ->
                    map.forEach((key, value) -> {
                        held(key, found.path + "{key}");
                        held(value, found.path + "{value}");
                    });
                case Collection<?> all -> all.forEach(each -> held(each, found.path + "[]"));
                case Object[] all -> {
                    for (Object each : all) {
                        held(each, found.path + "[]");
                    }
                }
                default -> fields(found);
            }
        }
    }

    private void held(@Nullable Object object, String path) {
        if (object instanceof Connection || object instanceof Stream || object instanceof RawConnection) {
            leftovers.add(path + ": " + object);
        } else {
            reach(object, path);
        }
    }

    private void reach(@Nullable Object object, String path) {
        if (object != null && isLookedInto(object) && seen.add(object)) {
            next.add(new Found(object, path));
        }
    }

    /** The world outside of the host belongs to the simulation, observers and handlers of streams to the test. */
    private static boolean isLookedInto(Object object) {
        return object instanceof Map
                || object instanceof Collection
                || object instanceof Object[]
                || (object.getClass().getName().startsWith("libp2p.")
                        && !(object instanceof Environment)
                        && !(object instanceof HostObserver)
                        && !(object instanceof StreamHandler)
                        && !(object instanceof Connection)
                        && !(object instanceof Stream)
                        && !object.getClass().getPackageName().startsWith("libp2p.simulator")
                        && !(object instanceof World)
                        && !(object instanceof TestNode));
    }

    private void fields(Found found) {
        for (Class<?> type = found.object.getClass();
                type != null && type != Object.class;
                type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers())
                        && !field.getType().isPrimitive()
                        && field.trySetAccessible()) {
                    reach(value(field, found.object), found.path + "." + field.getName());
                }
            }
        }
    }

    private static @Nullable Object value(Field field, Object holder) {
        try {
            return field.get(holder);
        } catch (IllegalAccessException e) {
            throw new AssertionError(field + " was made accessible", e);
        }
    }
}
