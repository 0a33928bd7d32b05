package libp2p.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The context of every measurement: the participants, the amounts, the transports, the place of results. */
record Bench(List<Implementation> implementations, Plan plan, Stack stack, Results results) {
    /** Both compilers, where the launcher gives the quick one alone: the load is that of a node with very many connections. */
    private static final String AS_NODE = "-XX:TieredStopAtLevel=4";

    /** The pairs of dialer and listener: every one against itself, and every one in both roles against go. */
    List<Pair> pairs() {
        List<Pair> pairs = new ArrayList<>();
        Implementation go = reference();
        for (Implementation one : implementations) {
            add(pairs, new Pair(one, go));
            add(pairs, new Pair(go, one));
            add(pairs, new Pair(one, one));
        }
        return pairs;
    }

    /** The same with more options for the Java virtual machines of ours. */
    Bench withJavaOptions(String options) {
        List<Implementation> with = implementations.stream()
                .map(one -> one.withJavaOptions(options))
                .toList();
        return new Bench(with, plan, stack, results);
    }

    /** The same with both compilers in our programs. */
    Bench asNode() {
        return withJavaOptions(AS_NODE);
    }

    /** The same with other amounts. */
    Bench withPlan(Plan other) {
        return new Bench(implementations, other, stack, results);
    }

    /** Go, or the first one there is. */
    Implementation reference() {
        return implementations.stream()
                .filter(one -> one.name().equals("go"))
                .findFirst()
                .orElse(implementations.getFirst());
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

    /** Something that is measured. */
    @FunctionalInterface
    interface Measurement {
        void run() throws IOException, InterruptedException;
    }

    /** Measures; a failure is printed and leaves a gap in the table, as on a busy machine a dial may take too long. */
    void attempt(Measurement measurement) throws InterruptedException {
        try {
            measurement.run();
        } catch (IOException | IllegalArgumentException e) {
            System.err.println("  not measured: " + e.getMessage());
        }
    }

    /** Starts a listener of every implementation. */
    AllServing serveAll() throws IOException {
        Map<String, Serving> started = new HashMap<>();
        AllServing all = new AllServing(started);
        try {
            for (Implementation one : implementations) {
                started.put(one.name(), Serving.start(one, stack));
            }
            return all;
        } catch (IOException | RuntimeException e) {
            all.close();
            throw e;
        }
    }

    /** One who dials and one who listens. */
    record Pair(Implementation dialer, Implementation listener) {}

    /** A listener that lives as long as all rounds, so that it is warm. */
    record Serving(Peer peer, String address) implements AutoCloseable {
        static Serving start(Implementation implementation, Stack stack) throws IOException {
            return of(Peer.listen(implementation, stack, List.of()));
        }

        /** A listener that prints no connections, which ours does only when asked. */
        static Serving quiet(Implementation implementation, Stack stack) throws IOException {
            List<String> more = implementation.ours() ? List.of() : List.of("--quiet");
            return of(Peer.listen(implementation, stack, more));
        }

        private static Serving of(Peer peer) throws IOException {
            String address = peer.await("listening").address();
            return new Serving(peer.drained(), address);
        }

        @Override
        public void close() {
            peer.close();
        }
    }

    /** The listeners by the names of their implementations. */
    record AllServing(Map<String, Serving> started) implements AutoCloseable {
        Serving of(Pair pair) {
            return of(pair.listener());
        }

        Serving of(Implementation listener) {
            return Objects.requireNonNull(started.get(listener.name()));
        }

        @Override
        public void close() {
            started.values().forEach(Serving::close);
        }
    }
}
