package libp2p.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What every measurement has at hand: who takes part, how much is done, where results go. */
record Bench(List<Implementation> implementations, Plan plan, String security, Results results) {
    /** Who dials whom: every one against itself, and every one in both roles against go. */
    List<Pair> pairs() {
        List<Pair> pairs = new ArrayList<>();
        Implementation go = implementations.stream()
                .filter(one -> one.name().equals("go"))
                .findFirst()
                .orElse(implementations.getFirst());
        for (Implementation one : implementations) {
            add(pairs, new Pair(one, go));
            add(pairs, new Pair(go, one));
            add(pairs, new Pair(one, one));
        }
        return pairs;
    }

    private static void add(List<Pair> pairs, Pair pair) {
        if (!pairs.contains(pair)) {
            pairs.add(pair);
        }
    }

    /** Adds a figure of the dialer: only when the other side is go, as only then all did the same work. */
    void addDialer(Figure figure, Pair pair, double value) {
        if (pair.listener().name().equals("go")) {
            results.add(figure, pair.dialer().name(), value);
        }
    }

    /** Adds a figure of the listener: only when the other side is go. */
    void addListener(Figure figure, Pair pair, double value) {
        if (pair.dialer().name().equals("go")) {
            results.add(figure, pair.listener().name(), value);
        }
    }

    /** Adds a figure of both sides together: only when both are the same implementation. */
    void addBoth(Figure figure, Pair pair, double value) {
        if (pair.dialer().equals(pair.listener())) {
            results.add(figure, pair.dialer().name(), value);
        }
    }

    /** One who dials and one who listens. */
    record Pair(Implementation dialer, Implementation listener) {}

    /** Listeners that live as long as a round, so that they are warm. */
    record Serving(Peer peer, String address) implements AutoCloseable {
        static Serving start(Implementation implementation, String security) throws java.io.IOException {
            Peer peer = Peer.listen(implementation, security);
            String address = peer.await("listening").address();
            return new Serving(peer.drained(), address);
        }

        /** The listener of the pair, out of those that were started, by name. */
        static Serving of(Map<String, Serving> started, Pair pair) {
            return Objects.requireNonNull(started.get(pair.listener().name()));
        }

        @Override
        public void close() {
            peer.close();
        }
    }
}
