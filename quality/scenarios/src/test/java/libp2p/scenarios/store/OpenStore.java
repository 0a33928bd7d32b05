package libp2p.scenarios.store;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import libp2p.blocks.BlockStore;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.BlockWriter;
import libp2p.blocks.GarbageCollector;
import libp2p.blocks.Pins;
import libp2p.blocks.car.CarReader;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.delegated.pinning.PinStatus;
import libp2p.delegated.pinning.PinningLimits;
import libp2p.fetch.FetchOptions;
import libp2p.fetch.FetchSource;
import libp2p.fetch.Fetcher;
import libp2p.fetch.RacingFetcher;
import libp2p.fetch.Reputation;
import libp2p.gateway.pinning.PinQueue;
import libp2p.ipfs.Repository;
import libp2p.ipfs.Verification;
import libp2p.ipld.Block;
import libp2p.ipld.BlockNotFoundException;
import libp2p.ipld.unixfs.FileImporter;
import libp2p.multiformats.Cid;
import libp2p.node.content.SimulatedCommands;
import libp2p.node.control.Query;
import libp2p.simulator.SimulatedEnvironment;
import org.jspecify.annotations.Nullable;

/** The blocks, pins and requests of a folder, used as the commands of a node use them. */
final class OpenStore implements AutoCloseable {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(1);
    private static final int LOOKS = 200;
    private static final int RECORD = 64;
    private static final Duration QUIET = Duration.ofMillis(20);

    private final Environment environment;
    private final BlockStore blocks;
    private final Pins pins;
    private final Reputation reputation;
    /** The folder itself, and the requests of others to pin; null where a peer of the kit has it. */
    private final @Nullable Repository content;

    private final @Nullable PinQueue queue;
    private final @Nullable Kit kit;

    private OpenStore(Environment environment, Repository content) throws IOException {
        this.environment = environment;
        this.content = content;
        kit = null;
        blocks = content.blocks();
        pins = content.pins();
        reputation = content.reputation();
        queue = PinQueue.open(
                environment,
                content.requests(),
                pins,
                (request, owner) -> {
                    try (Fetcher fetcher = fetcher()) {
                        pins.add(request.cid(), Pins.Kind.RECURSIVE, owner, fetcher);
                    }
                },
                PinningLimits.DEFAULT);
    }

    private OpenStore(Environment environment, Kit kit) {
        this.environment = environment;
        this.kit = kit;
        content = null;
        queue = null;
        blocks = kit.peer().blocks();
        pins = kit.peer().pins();
        reputation = Reputation.inMemory(environment);
    }

    static OpenStore open(Environment environment, Path folder, BlockStoreLimits limits) throws IOException {
        return new OpenStore(environment, Repository.open(environment, folder, limits));
    }

    /** The same folder, opened by a peer of the kit with its own limits. */
    static OpenStore openByKit(SimulatedEnvironment environment, Path folder) throws IOException {
        Path data = Objects.requireNonNull(folder.getParent());
        return new OpenStore(environment, Kit.start(environment, data, near()));
    }

    BlockStore blocks() {
        return blocks;
    }

    Pins pins() {
        return pins;
    }

    /** The requests to pin of a folder that no peer of the kit has. */
    PinQueue queue() {
        return Objects.requireNonNull(queue);
    }

    private Repository content() {
        return Objects.requireNonNull(content);
    }

    /** Whether commands can be given: no peer of the kit has the folder. */
    boolean takesCommands() {
        return content != null;
    }

    /** Does a command as a node does it. */
    void command(String path, Query query) throws IOException {
        SimulatedCommands.run(environment, content(), path, query);
    }

    /** Does a command on a file as a node does it. */
    void command(String path, Query query, byte[] file) throws IOException {
        SimulatedCommands.run(environment, content(), path, query, file);
    }

    @Nullable
    Kit kit() {
        return kit;
    }

    /** Roots below which blocks are missing, as {@code p2p repo verify} tells them after it has read everything. */
    Set<Cid> brokenPins() throws IOException {
        Verification verification = new Verification(content());
        verification.read(bytes -> {});
        Set<Cid> broken = new HashSet<>();
        verification.lacks().forEach(lack -> broken.add(lack.pin().cid()));
        return broken;
    }

    /** Waits until no request is under way, and what clients have given up is not written any more. */
    void awaitQuiet() {
        environment.park(blocks, Deadline.after(environment, QUIET));
        while (queue != null && queue.list().stream().anyMatch(OpenStore::isOpen)) {
            environment.park(blocks, Deadline.after(environment, LOOK_AGAIN));
        }
    }

    /** A request as it is when it is done, or after a while; null if it is gone. */
    @Nullable
    PinStatus await(PinStatus asked) {
        PinStatus now = asked;
        for (int i = 0; i < LOOKS && now != null && isOpen(now); i++) {
            environment.park(blocks, Deadline.after(environment, LOOK_AGAIN));
            now = queue().get(asked.id());
        }
        return now;
    }

    private static boolean isOpen(PinStatus status) {
        return status.state() == PinStatus.State.QUEUED || status.state() == PinStatus.State.PINNING;
    }

    /** A peer that has everything. */
    private static FetchSource near() {
        return new FetchSource() {
            @Override
            public String name() {
                return "near";
            }

            @Override
            public byte[] block(Cid cid, Deadline deadline) throws IOException {
                Block block = Shelf.ALL.blocks().get(cid.hash());
                if (block == null) {
                    throw new BlockNotFoundException(cid, "no peer has it");
                }
                return block.data();
            }
        };
    }

    /** Gets from the store, and what is missing from a peer that has everything. */
    private Fetcher fetcher() {
        return new RacingFetcher(
                environment, blocks, FetchOptions.of(reputation).withSources(List.of(near())));
    }

    void add(Shelf.Item item) throws IOException {
        try (BlockWriter writer = new BlockWriter(environment, blocks())) {
            Cid root = new FileImporter(Shelf.options(), writer)
                    .add(new ByteArrayInputStream(item.bytes()))
                    .cid();
            pins().add(root, Pins.Kind.RECURSIVE, writer);
        }
    }

    void importArchive(Shelf.Item item) throws IOException {
        CarReader in = new CarReader(new ByteArrayInputStream(Shelf.ALL.archive(item)));
        try (BlockWriter writer = new BlockWriter(environment, blocks())) {
            for (Block block = in.next(); block != null; block = in.next()) {
                writer.put(block);
            }
            writer.flush();
            for (Cid root : in.roots()) {
                pins().add(root, Pins.Kind.RECURSIVE, blocks());
            }
        }
    }

    void fetch(Cid root) throws IOException {
        try (Fetcher fetcher = fetcher()) {
            fetcher.download(root, libp2p.ipld.traversal.Budget.OWN);
        }
    }

    /** Gets one block, from a peer if it is not here. */
    byte[] fetchBlock(Cid cid) throws IOException {
        try (Fetcher fetcher = fetcher()) {
            byte[] data = fetcher.get(cid);
            fetcher.awaitStored();
            return data;
        }
    }

    /**
     * Gets what pins lack from a peer, as {@code p2p repo verify --heal} does.
     *
     * @param healed hears of the blocks that are here again
     * @return what pins lack still
     */
    List<Verification.Lack> heal(Consumer<Cid> healed) throws IOException {
        try (Fetcher fetcher = fetcher()) {
            return new Verification(content()).heal(fetcher, new Verification.Healing() {
                @Override
                public void healed(Cid cid) {
                    healed.accept(cid);
                }

                @Override
                public void failed(Cid cid, String reason) {
                    throw new AssertionError(cid + " is not healed by a peer that has it: " + reason);
                }
            });
        }
    }

    void getAndPin(Cid root) throws IOException {
        try (Fetcher fetcher = fetcher()) {
            fetcher.download(root, libp2p.ipld.traversal.Budget.OWN);
            pins().add(root, Pins.Kind.RECURSIVE, fetcher);
        }
    }

    void pin(Cid root, Pins.Kind kind) throws IOException {
        pins().add(root, kind, blocks());
    }

    GarbageCollector.Result collect() throws IOException {
        if (kit != null) {
            return kit.collect();
        }
        GarbageCollector.Result result = content().collectGarbage();
        content().compact();
        return result;
    }

    /** Collects, and notes it; false if a pin lacks a block, which holds a collection up. */
    boolean collect(Ledger ledger) throws IOException {
        Deed deed = ledger.begin(Deed.Kind.COLLECT, null, Set.of(), null, "");
        boolean collected = isDone(this::collect);
        if (collected) {
            ledger.done(deed);
        } else {
            ledger.failed(deed);
        }
        return collected;
    }

    /** A collection, by whatever way. */
    @FunctionalInterface
    interface Collection {
        void run() throws IOException;
    }

    /** Whether a collection was not held up by a pin that lacks a block, as one whose block was damaged or removed. */
    static boolean isDone(Collection collection) throws IOException {
        try {
            collection.run();
            return true;
        } catch (IOException e) {
            if (!String.valueOf(e.getMessage()).contains("nothing was removed: of the pin")) {
                throw e;
            }
            return false;
        }
    }

    /** Bytes that the records of all blocks take, about. */
    long livingBytes() throws IOException {
        BlockStore.Usage usage = blocks().usage();
        return usage.bytes() + usage.blocks() * RECORD;
    }

    /** Gives the disk its room back; a peer of the kit does so after collections alone. */
    void compact() throws IOException {
        if (content != null) {
            content.compact();
        }
    }

    @Override
    public void close() throws IOException {
        if (kit != null) {
            kit.close();
        } else {
            queue().close();
            content().close();
        }
    }
}
