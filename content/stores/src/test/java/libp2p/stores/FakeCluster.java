package libp2p.stores;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.core.datastore.Datastore;
import libp2p.system.SystemEnvironment;

/** Nodes of this process on an object store of this process: a node is killed by cutting its connections for ever. */
final class FakeCluster implements Cluster {
    private final FakeS3 server = new FakeS3();
    private final AtomicInteger started = new AtomicInteger();
    private final Map<String, Datastore> records = new ConcurrentHashMap<>();

    FakeCluster(long seed) throws IOException {
        server.delay(new Random(seed));
    }

    @Override
    public Node node(String store, int graceSeconds) throws Exception {
        String name = "node" + started.incrementAndGet();
        S3Options options = server.options(store + "/");
        NodeWork work = new NodeWork(
                SystemEnvironment.shared(),
                S3BlockStore.open(
                        SystemEnvironment.shared(),
                        new S3Options(options.endpoint(), "us-east-1", "libp2p", store + "/", name, "secret"),
                        limits(graceSeconds)),
                records.computeIfAbsent(store, key -> new MapDatastore()));
        return new Local(name, work);
    }

    /** The clock of the store runs fast: these are minutes for it, and a second for the nodes. */
    private static SharedStoreLimits limits(int graceSeconds) {
        return new SharedStoreLimits(
                1 << 20,
                Long.MAX_VALUE,
                4,
                Duration.ofSeconds(graceSeconds),
                Duration.ofSeconds(1),
                Duration.ofMinutes(5),
                Duration.ofSeconds(30));
    }

    private final class Local implements Node {
        private final String name;
        private final NodeWork work;

        Local(String name, NodeWork work) {
            this.name = name;
            this.work = work;
        }

        @Override
        public CompletableFuture<String> run(String operation, int index) {
            CompletableFuture<String> result = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> {
                try {
                    result.complete(work.run(operation, index));
                } catch (IOException | RuntimeException e) {
                    result.completeExceptionally(e);
                }
            });
            return result;
        }

        @Override
        public void kill() throws Exception {
            server.cut(name);
            work.close();
        }

        @Override
        public void close() throws Exception {
            work.close();
        }
    }

    @Override
    public void killServer() throws Exception {
        server.down(true);
    }

    @Override
    public void restartServer() throws Exception {
        server.down(false);
    }

    @Override
    public int steps() {
        return 50;
    }

    @Override
    public void pass(int seconds) {
        server.pass(Duration.ofSeconds(seconds));
    }

    @Override
    public void close() throws Exception {
        server.close();
    }
}
