package libp2p.ipfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.BlockWriter;
import libp2p.blocks.Pins;
import libp2p.core.environment.Environment;
import libp2p.core.testing.KilledProgram;
import libp2p.delegated.pinning.PinRequest;
import libp2p.delegated.pinning.PinStatus;
import libp2p.delegated.pinning.PinningLimits;
import libp2p.gateway.pinning.PinQueue;
import libp2p.ipld.Block;
import libp2p.ipld.BlockSource;
import libp2p.ipld.unixfs.FileImporter;
import libp2p.ipld.unixfs.ImportOptions;
import libp2p.multiformats.Cid;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} of a process that imports, pins, serves requests to pin, gives pins up, verifies, collects and compacts
 * at once: what was acknowledged is whole, what was given up does not come back, and the next collection works.
 */
class KilledRepositoryTest {
    private static final Environment ENVIRONMENT = SystemEnvironment.shared();
    private static final int BYTES = 20_000;

    @TempDir
    private Path folder;

    /** A file of some blocks. */
    private record Dag(Cid root, List<Block> blocks) {
        static Dag of(int seed) throws IOException {
            byte[] data = new byte[BYTES];
            new Random(seed).nextBytes(data);
            List<Block> blocks = new ArrayList<>();
            Cid root = new FileImporter(
                            ImportOptions.V0_2015
                                    .withRawLeaves(true)
                                    .withChunker("size-1000")
                                    .withFileLinks(5),
                            blocks::add)
                    .add(new ByteArrayInputStream(data))
                    .cid();
            return new Dag(root, blocks);
        }

        void assertIn(Repository repository, String what) throws IOException {
            for (Block block : blocks) {
                assertThat(repository.blocks().find(block.cid())).as(what).isEqualTo(block.data());
            }
        }
    }

    private static Repository open(Path folder) throws IOException {
        return Repository.open(
                ENVIRONMENT,
                folder,
                BlockStoreLimits.DEFAULT.withSegmentBytes(200_000).withUnindexed(60));
    }

    private static PinQueue queue(Repository repository, Map<Cid, Dag> known) throws IOException {
        return PinQueue.open(
                ENVIRONMENT,
                repository.requests(),
                repository.pins(),
                (request, owner) -> repository
                        .pins()
                        .add(request.cid(), Pins.Kind.RECURSIVE, owner, fetched(repository, known.get(request.cid()))),
                PinningLimits.DEFAULT);
    }

    /** A source that stores what it gets, as a session of Bitswap does. */
    private static BlockSource fetched(Repository repository, Dag dag) {
        return cid -> {
            if (dag == null) {
                throw new IOException("the file of " + cid + " is not known");
            }
            byte[] found = repository.blocks().find(cid);
            if (found != null) {
                return found;
            }
            for (Block block : dag.blocks()) {
                if (block.cid().equals(cid)) {
                    repository.blocks().put(block);
                    return block.data();
                }
            }
            throw new IOException(cid + " is in no file");
        };
    }

    /** The process to kill. It says what it has done, and before it gives something up that it is about to. */
    static final class Worker {
        private final Repository repository;
        private final Map<Cid, Dag> known = new ConcurrentHashMap<>();
        private final int round;

        private Worker(Repository repository, int round) {
            this.repository = repository;
            this.round = round;
        }

        public static void main(String[] arguments) throws Exception {
            Worker worker = new Worker(open(Path.of(arguments[0])), Integer.parseInt(arguments[1]));
            List<Thread> threads = new ArrayList<>();
            for (Step step : List.<Step>of(worker::importing, worker::serving, worker::collecting, worker::verifying)) {
                threads.add(Thread.ofPlatform().start(() -> run(step)));
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }

        private interface Step {
            void run() throws Exception;
        }

        private static void run(Step step) {
            try {
                step.run();
            } catch (Exception | AssertionError e) {
                e.printStackTrace();
                Runtime.getRuntime().halt(1);
            }
        }

        private void importing() throws IOException {
            for (int i = 0; ; i++) {
                int seed = round * 100_000 + i;
                Dag dag = Dag.of(seed);
                try (BlockWriter writer = new BlockWriter(ENVIRONMENT, repository.blocks())) {
                    for (Block block : dag.blocks()) {
                        writer.put(block);
                    }
                    repository.pins().add(dag.root(), Pins.Kind.RECURSIVE, writer);
                }
                System.out.println("pinned " + seed);
                if (i % 3 == 2) {
                    System.out.println("leaving " + (seed - 1));
                    repository.pins().remove(Dag.of(seed - 1).root());
                    System.out.println("left " + (seed - 1));
                }
            }
        }

        private void serving() throws IOException {
            PinQueue queue = queue(repository, known);
            List<Integer> open = new ArrayList<>();
            Map<Integer, String> ids = new HashMap<>();
            for (int i = 50_000; ; ) {
                while (open.size() < 4) {
                    int seed = round * 100_000 + i++;
                    Dag dag = Dag.of(seed);
                    known.put(dag.root(), dag);
                    PinStatus status = queue.add(new PinRequest(dag.root(), "", List.of(), Map.of()));
                    System.out.println("asked " + seed + " " + status.id());
                    ids.put(seed, status.id());
                    open.add(seed);
                }
                int first = open.getFirst();
                PinStatus status = queue.get(ids.get(first));
                if (status.state() == PinStatus.State.FAILED) {
                    throw new IOException(status.details());
                }
                if (status.state() == PinStatus.State.PINNED) {
                    open.removeFirst();
                    System.out.println("served " + first + " " + status.id());
                    if (first % 2 == 0) {
                        System.out.println("leaving " + first);
                        queue.remove(status.id());
                        System.out.println("left " + first);
                    }
                }
                Thread.onSpinWait();
            }
        }

        private void collecting() throws IOException {
            while (true) {
                assertThat(repository.collectGarbage().broken()).isEmpty();
                repository.compact();
            }
        }

        private void verifying() throws IOException {
            while (true) {
                Verification verification = new Verification(repository);
                assertThat(verification.read(bytes -> {})).isEmpty();
            }
        }
    }

    /** The lines that the processes have printed. */
    private static final class Said {
        final Set<Integer> pinned = new HashSet<>();
        final Set<Integer> leaving = new HashSet<>();
        final Set<Integer> left = new HashSet<>();
        final Map<Integer, String> asked = new HashMap<>();
        final Set<Integer> served = new HashSet<>();

        void hear(String line) {
            String[] words = line.split(" ");
            int seed = Integer.parseInt(words[1]);
            switch (words[0]) {
                case "pinned" -> pinned.add(seed);
                case "asked" -> asked.put(seed, words[2]);
                case "served" -> served.add(seed);
                case "leaving" -> leaving.add(seed);
                case "left" -> left.add(seed);
                default -> throw new AssertionError(line);
            }
        }
    }

    private void check(Said said) throws Exception {
        try (Repository repository = open(folder)) {
            assertThat(repository.damages()).isEmpty();
            assertThat(repository.pins().doubt()).isNull();
            for (int round = 0; round < 2; round++) {
                for (int seed : said.pinned) {
                    Dag dag = Dag.of(seed);
                    if (!said.leaving.contains(seed)) {
                        assertThat(repository.pins().has(dag.root(), Pins.OWN)).isTrue();
                        dag.assertIn(repository, "pinned " + seed);
                    } else if (said.left.contains(seed)) {
                        assertThat(repository.pins().has(dag.root())).isFalse();
                    }
                }
                for (int seed : said.served) {
                    if (!said.leaving.contains(seed)) {
                        Dag.of(seed).assertIn(repository, "served " + seed);
                    }
                }
                assertThat(new Verification(repository).lacks()).isEmpty();
                assertThat(repository.collectGarbage().broken()).isEmpty();
                repository.compact();
            }
            assertThat(new Verification(repository).read(bytes -> {})).isEmpty();
            Map<Cid, Dag> known = new ConcurrentHashMap<>();
            for (int seed : said.asked.keySet()) {
                known.put(Dag.of(seed).root(), Dag.of(seed));
            }
            try (PinQueue queue = queue(repository, known)) {
                for (Map.Entry<Integer, String> asked : said.asked.entrySet()) {
                    if (said.left.contains(asked.getKey())) {
                        assertThat(queue.get(asked.getValue())).isNull();
                        assertThat(repository.pins().has(Dag.of(asked.getKey()).root()))
                                .as("left %s", asked.getKey())
                                .isFalse();
                    } else if (!said.leaving.contains(asked.getKey())) {
                        assertThat(queue.get(asked.getValue()))
                                .as("a request that was taken")
                                .isNotNull();
                    }
                }
            }
        }
    }

    private void kill(int times) throws Exception {
        Random random = new Random(7);
        Said said = new Said();
        for (int round = 0; round < times; round++) {
            KilledProgram.printed(Worker.class, 5 + random.nextInt(120), folder.toString(), Integer.toString(round))
                    .forEach(said::hear);
            check(said);
        }
    }

    @Test
    void whatWasAcknowledgedIsWholeAfterThreeKills() throws Exception {
        kill(3);
    }

    @Test
    @Tag("long")
    void whatWasAcknowledgedIsWholeAfterFiftyKills() throws Exception {
        kill(50);
    }
}
