package libp2p.bitswap;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import libp2p.multiformats.Multihash;

/**
 * Which sessions want a block, so that no other is asked when it comes. Holds as much as the sessions want, each of
 * which bounds that and takes it back. Thread-safe.
 */
final class SessionInterests<S> {
    private final Map<Multihash, List<S>> sessions = new ConcurrentHashMap<>();

    /** The session wants a block, which it did not want before. */
    void add(Multihash hash, S session) {
        sessions.merge(hash, List.of(session), (there, added) -> {
            List<S> all = new ArrayList<>(there);
            all.addAll(added);
            return List.copyOf(all);
        });
    }

    /** The session wants a block no more. */
    void remove(Multihash hash, S session) {
        sessions.computeIfPresent(hash, (key, there) -> {
            List<S> left = there.stream().filter(one -> one != session).toList();
            return left.isEmpty() ? null : left;
        });
    }

    /** Whether any session wants the block. */
    boolean isWanted(Multihash hash) {
        return sessions.containsKey(hash);
    }

    /** The sessions that want some of what came, each with that part of it. */
    <T> Map<S, List<T>> split(List<T> came, Function<? super T, Multihash> hash) {
        Map<S, List<T>> parts = new LinkedHashMap<>();
        for (T one : came) {
            for (S session : sessions.getOrDefault(hash.apply(one), List.of())) {
                parts.computeIfAbsent(session, first -> new ArrayList<>()).add(one);
            }
        }
        return parts;
    }
}
