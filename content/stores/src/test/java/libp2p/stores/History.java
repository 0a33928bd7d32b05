package libp2p.stores;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import libp2p.ipld.Block;

/**
 * A random history of two nodes on one store, checked against a plain table of files. Several operations are under way
 * at a time, on either node, but only one of each file. One node is killed, and then the server.
 *
 * <p>What has to hold: a file whose pin was acknowledged, and whose unpinning was not asked for since, is whole whenever
 * it is read, and so is one that is being imported. In histories with a grace, a leaf whose put was acknowledged is there to the end. In the end the
 * collections have removed what no pin reaches, and killing the server brings none of it back. An operation that was
 * refused, or was under way when its node was killed, may have been done or not.
 */
final class History {
    private static final int AT_ONCE = 8;
    private static final int GRACE = 1000;

    private enum State {
        PINNED,
        UNPINNED,
        /** Whether it is pinned is not known. */
        OPEN
    }

    private final Cluster cluster;
    private final HistoryCounts counts;
    private final Random random;
    private final String store;
    private final int grace;
    private final String title;
    private final Cluster.Node[] nodes = new Cluster.Node[2];
    private final State[] states = new State[SharedContent.FILES];
    private final List<CompletableFuture<?>> files = new ArrayList<>();
    private final List<CompletableFuture<?>> running = new ArrayList<>();
    private final Set<Integer> put = new TreeSet<>();
    private final StringBuilder wrong = new StringBuilder();

    /** A history whose choices follow from its seed; the nodes are as fast as they are. */
    History(Cluster cluster, long seed, HistoryCounts counts) {
        this.cluster = cluster;
        this.counts = counts;
        random = new Random(seed);
        store = "history" + seed;
        grace = random.nextInt(3) == 0 ? GRACE : 0;
        title = "history of seed " + seed;
        Arrays.fill(states, State.UNPINNED);
        for (int i = 0; i < SharedContent.FILES; i++) {
            files.add(CompletableFuture.completedFuture(""));
        }
    }

    /** All of it but the end; {@link #finish} follows, best when some time has passed. */
    void run() throws Exception {
        for (int i = 0; i < nodes.length; i++) {
            nodes[i] = cluster.node(store, grace);
        }
        int steps = cluster.steps();
        int nodeKilled = 5 + random.nextInt(steps - 20);
        int serverKilled = nodeKilled + 1 + random.nextInt(steps - nodeKilled - 5);
        for (int step = 0; step < steps; step++) {
            cluster.pass(random.nextInt(3));
            begin();
            if (step == nodeKilled) {
                int killed = random.nextInt(nodes.length);
                nodes[killed].kill();
                nodes[killed] = cluster.node(store, grace);
                counts.count("nodes killed", 1);
            } else if (step == serverKilled) {
                cluster.killServer();
                begin();
                cluster.restartServer();
                counts.count("servers killed", 1);
            }
        }
        await(running);
        for (Cluster.Node node : nodes) {
            for (int file = 0; file < SharedContent.FILES; file++) {
                read(node, file, node.run("read", file)).join();
            }
        }
        if (grace > 0) {
            for (int leaf : put) {
                String missing = nodes[0].run("leaf", leaf).join();
                assertThat(missing)
                        .as(title + ", put within the grace: leaf " + leaf)
                        .isEmpty();
            }
        }
        for (Cluster.Node node : nodes) {
            node.close();
        }
        assertThat(wrong.toString()).as(title).isEmpty();
    }

    private static void await(List<CompletableFuture<?>> futures) {
        CompletableFuture.allOf(futures.toArray(new CompletableFuture<?>[0]))
                .handle((done, failure) -> "")
                .join();
    }

    /** Begins one more operation. */
    private void begin() {
        running.removeIf(CompletableFuture::isDone);
        if (running.size() >= AT_ONCE) {
            CompletableFuture.anyOf(running.toArray(new CompletableFuture<?>[0]))
                    .handle((done, failure) -> "")
                    .join();
        }
        Cluster.Node node = nodes[random.nextInt(nodes.length)];
        int file = random.nextInt(SharedContent.FILES);
        int leaf = random.nextInt(SharedContent.LEAVES);
        switch (random.nextInt(16)) {
            case 0, 1, 2, 3 -> change(node, "add", file, State.PINNED);
            case 4, 5 -> change(node, "pin", file, State.PINNED);
            case 6 -> change(node, "unpin", file, State.UNPINNED);
            case 7 -> race(file);
            case 8 -> slowImport(node, file);
            case 9 -> running.add(counted("put", node.run("put", leaf)).thenAccept(done -> noted(leaf)));
            case 10, 11, 12 -> gc(node);
            default -> {
                await(List.of(files.get(file)));
                set(file, read(node, file, node.run("read", file)));
            }
        }
    }

    /** Collections on both nodes, beside the return of a file that had become garbage. */
    private void race(int file) {
        change(nodes[random.nextInt(nodes.length)], "unpin", file, State.UNPINNED);
        await(List.of(files.get(file)));
        cluster.pass(2);
        boolean back = random.nextBoolean();
        for (Cluster.Node node : nodes) {
            if (back || random.nextBoolean()) {
                gc(node);
            }
            if (!back) {
                change(node, random.nextBoolean() ? "add" : "pin", file, State.PINNED);
            }
        }
        change(nodes[random.nextInt(nodes.length)], random.nextBoolean() ? "add" : "pin", file, State.PINNED);
    }

    /** Collections on both nodes begin and end while a file is imported. */
    private void slowImport(Cluster.Node node, int file) {
        change(node, "unpin", file, State.UNPINNED);
        await(List.of(files.get(file)));
        CompletableFuture<String> begun = counted("begin", node.run("begin", file));
        await(List.of(begun));
        cluster.pass(2);
        List<CompletableFuture<?>> collections = new ArrayList<>();
        for (Cluster.Node one : nodes) {
            gc(one);
            collections.add(running.getLast());
        }
        await(collections);
        if (!begun.isCompletedExceptionally()) {
            running.add(counted("read of an import", node.run("read", file)).thenAccept(missing -> {
                if (!missing.isEmpty()) {
                    complain("file " + file + " is being imported, and " + missing);
                }
            }));
            await(running);
        }
        change(node, "end", file, State.PINNED);
    }

    private void gc(Cluster.Node node) {
        running.add(counted("gc", node.run("gc", 0))
                .thenAccept(removed -> counts.count("blocks removed", Long.parseLong(removed))));
    }

    private synchronized void noted(int leaf) {
        put.add(leaf);
    }

    private void set(int file, CompletableFuture<?> operation) {
        files.set(file, operation);
        running.add(operation);
    }

    private void change(Cluster.Node node, String operation, int file, State after) {
        await(List.of(files.get(file)));
        State before = state(file);
        if (after == State.UNPINNED) {
            state(file, State.OPEN);
        }
        set(file, counted(operation, node.run(operation, file)).handle((done, failure) -> {
            // what was pinned before a pin was refused is pinned
            state(file, failure == null ? after : before == after ? before : State.OPEN);
            return "";
        }));
    }

    private synchronized State state(int file) {
        return states[file];
    }

    private synchronized void state(int file, State state) {
        states[file] = state;
    }

    private CompletableFuture<String> counted(String operation, CompletableFuture<String> future) {
        return future.whenComplete((done, failure) -> counts.count(operation + (failure == null ? "" : " refused"), 1));
    }

    private CompletableFuture<String> read(Cluster.Node node, int file, CompletableFuture<String> reading) {
        boolean pinned = state(file) == State.PINNED;
        return counted(pinned ? "read of a pin" : "read", reading).thenApply(missing -> {
            if (pinned && !missing.isEmpty()) {
                complain("file " + file + " is pinned, and " + missing);
            }
            return missing;
        });
    }

    private synchronized void complain(String what) {
        wrong.append(what).append('\n');
    }

    /** Collects what is left, kills the server once more, and compares. */
    void finish() throws Exception {
        Cluster.Node node = cluster.node(store, 0);
        Set<Integer> pinned = new TreeSet<>();
        for (String file : words(node.run("pins", 0).join())) {
            pinned.add(Integer.parseInt(file));
        }
        Set<String> needed = new TreeSet<>();
        Set<String> allowed = new TreeSet<>();
        for (int file = 0; file < SharedContent.FILES; file++) {
            if (state(file) != State.OPEN) {
                assertThat(pinned.contains(file))
                        .as(title + ": pin of file " + file)
                        .isEqualTo(state(file) == State.PINNED);
            }
            for (Block block : SharedContent.file(file)) {
                String hash = block.cid().hash().toString();
                if (pinned.contains(file)) {
                    allowed.add(hash);
                }
                if (state(file) == State.PINNED) {
                    needed.add(hash);
                }
            }
        }
        Set<String> left = collected(node, allowed);
        assertThat(left).as(title + ": blocks below pins").containsAll(needed);
        cluster.killServer();
        cluster.restartServer();
        assertThat(new TreeSet<>(words(node.run("list", 0).join())))
                .as(title + ": after the server was killed")
                .isEqualTo(left);
        node.close();
    }

    /** The leases of the node that was killed, and its marks, end first. */
    private Set<String> collected(Cluster.Node node, Set<String> allowed) {
        long begun = System.nanoTime();
        Set<String> left;
        do {
            cluster.pass(20);
            try {
                node.run("gc", 0).join();
            } catch (CompletionException refused) {
                counts.count("gc refused", 1);
            }
            left = new TreeSet<>(words(node.run("list", 0).join()));
        } while (!allowed.containsAll(left)
                && System.nanoTime() - begun < Duration.ofSeconds(60).toNanos());
        assertThat(allowed).as(title + ": what no pin reaches is removed").containsAll(left);
        return left;
    }

    private static List<String> words(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split(" "));
    }
}
