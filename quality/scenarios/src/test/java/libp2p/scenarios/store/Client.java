package libp2p.scenarios.store;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.Set;
import libp2p.blocks.PinnedRecursivelyException;
import libp2p.blocks.Pins;
import libp2p.delegated.pinning.PinRequest;
import libp2p.delegated.pinning.PinStatus;
import libp2p.ipld.Block;
import libp2p.ipld.ContentException;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multihash;
import libp2p.node.control.Query;
import libp2p.scenarios.store.Deed.Kind;
import org.jspecify.annotations.Nullable;

/** Asks a store for one thing after the other, as its random numbers say, and notes what it has said. */
final class Client {
    /** State that the clients of a phase have in common. */
    enum Contention {
        /** All content. */
        NONE,
        /** One block, which they put and delete. */
        ONE_BLOCK,
        /** One block that is put by many and seldom deleted, beside files. */
        CROWD
    }

    /** Something that a store is asked for. */
    @FunctionalInterface
    private interface Asked {
        void run() throws IOException;
    }

    private final OpenStore store;
    private final Ledger ledger;
    private final Random random;
    /** Whether the store may refuse, as on a full disk. */
    private final boolean mayFail;

    private final Contention contention;
    /** Whether deeds are asked for by commands too. */
    private final boolean commands;

    Client(OpenStore store, Ledger ledger, Random random, boolean mayFail, Contention contention, boolean commands) {
        this.commands = commands;
        this.contention = contention;
        this.store = store;
        this.ledger = ledger;
        this.random = random;
        this.mayFail = mayFail;
    }

    void run(int deeds) throws IOException {
        for (int i = 0; i < deeds; i++) {
            one();
        }
    }

    private <T> T any(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private void one() throws IOException {
        if (contention == Contention.CROWD) {
            crowd();
            return;
        }
        if (contention == Contention.ONE_BLOCK) {
            contend();
            return;
        }
        Shelf.Item item = any(Shelf.ALL.items());
        switch (random.nextInt(26)) {
            case 0, 1, 2 -> add(item);
            case 3, 4 -> importArchive(item);
            case 5, 6 -> getAndPin(item);
            case 7, 8, 9 -> pin(item);
            case 10, 11 -> request(item);
            case 12 -> withdraw();
            case 13, 14, 15 -> unpin();
            case 16 -> delete();
            case 17, 18 -> collect();
            case 19, 20 -> ask(store::compact);
            case 21, 22 -> put();
            case 23, 24 -> deed(Kind.STORE, Way.FETCH, item.blocks(), null, "", () -> store.fetch(item.root()));
            default -> read(any(List.copyOf(Shelf.ALL.blocks().values())));
        }
    }

    private void add(Shelf.Item item) throws IOException {
        Kit kit = store.kit();
        if (byCommand()) {
            if (random.nextInt(3) > 0) {
                way(Way.NODE_ADD, item, () -> store.command("add", Shelf.optionsOfAdd(), item.bytes()));
            } else {
                way(Way.NODE_PIN, item, () -> {
                    store.command("add", Shelf.optionsOfAdd().option("pin", false), item.bytes());
                    command("pin/add", item.root()); // unless a collection came between
                });
            }
        } else if (kit == null || random.nextInt(3) == 0) {
            way(Way.ADD, item, () -> store.add(item));
        } else {
            Set<Multihash> hash = Set.of(item.whole().hash());
            deed(Kind.PIN, Way.KIT_ADD, hash, item.whole(), "", () -> kit.peer().add(item.bytes()));
        }
    }

    private boolean byCommand() {
        return commands && store.takesCommands() && random.nextInt(3) > 0;
    }

    private void command(String path, Cid cid) throws IOException {
        store.command(path, new Query().argument(cid.toString()));
    }

    private void importArchive(Shelf.Item item) throws IOException {
        if (byCommand()) {
            way(Way.NODE_IMPORT, item, () -> store.command("dag/import", new Query(), Shelf.ALL.archive(item)));
        } else {
            way(Way.IMPORT, item, () -> store.importArchive(item));
        }
    }

    private void collect() throws IOException {
        deed(
                Kind.COLLECT,
                null,
                Set.of(),
                null,
                "",
                collection(byCommand() ? () -> store.command("repo/gc", new Query()) : store::collect));
    }

    private static Asked collection(OpenStore.Collection collection) {
        return () -> {
            if (!OpenStore.isDone(collection)) {
                throw new ContentException("a pin holds it up");
            }
        };
    }

    private void getAndPin(Shelf.Item item) throws IOException {
        Kit kit = store.kit();
        if (kit == null || random.nextInt(3) == 0) {
            way(Way.GET_AND_PIN, item, () -> store.getAndPin(item.root()));
        } else {
            way(Way.KIT_PIN, item, () -> kit.peer().pin(item.root()));
        }
    }

    /** Several clients put and delete the same block. */
    private void contend() throws IOException {
        Block block = Shelf.ALL.loose().getFirst();
        switch (random.nextInt(3)) {
            case 0 -> delete(block);
            case 1 -> see(block);
            default -> put(block);
        }
    }

    /** The same, but seldom removed, and the log goes on with other blocks: a failure finds it here again. */
    private void crowd() throws IOException {
        Block block = Shelf.ALL.loose().getFirst();
        switch (random.nextInt(8)) {
            case 0 -> delete(block);
            case 1 -> see(block);
            case 2 -> add(any(Shelf.ALL.items()));
            default -> put(block);
        }
    }

    private void delete(Block block) throws IOException {
        Set<Multihash> hash = Set.of(block.cid().hash());
        deed(Kind.DELETE, null, hash, null, "", () -> store.blocks().delete(hash));
    }

    private void put(Block block) throws IOException {
        Set<Multihash> hash = Set.of(block.cid().hash());
        deed(Kind.STORE, Way.PUT, hash, null, "", () -> store.blocks().put(block));
    }

    /** A block that is here is durable, whatever was done to it at the same time before. */
    private void see(Block block) throws IOException {
        Set<Multihash> hash = Set.of(block.cid().hash());
        Deed deed = ledger.begin(Kind.STORE, null, hash, null, "");
        ask(() -> deed.acknowledged = store.blocks().has(block.cid()));
        ledger.failed(deed);
    }

    private void way(Way way, Shelf.Item item, Asked asked) throws IOException {
        deed(Kind.PIN, way, item.blocks(), item.root(), "", asked);
    }

    private void put() throws IOException {
        Block block = any(Shelf.ALL.loose());
        boolean byCommand = byCommand();
        deed(
                Kind.STORE,
                byCommand ? Way.NODE_PUT : Way.PUT,
                Set.of(block.cid().hash()),
                null,
                "",
                byCommand
                        ? () -> store.command("block/put", new Query(), block.data())
                        : () -> store.blocks().put(block));
    }

    private void pin(Shelf.Item item) throws IOException {
        if (random.nextInt(4) == 0) {
            Block block = any(Shelf.ALL.loose());
            Set<Multihash> hash = Set.of(block.cid().hash());
            direct(block.cid(), hash);
        } else if (random.nextInt(4) == 0) {
            Set<Multihash> hash = Set.of(item.root().hash());
            direct(item.root(), hash);
        } else if (byCommand()) {
            way(Way.NODE_PIN, item, () -> command("pin/add", item.root()));
        } else {
            way(Way.PIN, item, () -> store.pin(item.root(), Pins.Kind.RECURSIVE));
        }
    }

    private void direct(Cid root, Set<Multihash> hash) throws IOException {
        // refused for a root that is pinned with all below it, which stays
        deed(Kind.PIN, Way.PIN, hash, root, "", () -> store.pin(root, Pins.Kind.DIRECT));
    }

    private void unpin() throws IOException {
        boolean isOfKit = store.kit() != null && random.nextInt(3) == 0;
        Cid root = isOfKit
                ? any(Shelf.ALL.items()).whole()
                : random.nextInt(5) == 0
                        ? any(Shelf.ALL.loose()).cid()
                        : any(Shelf.ALL.items()).root();
        deed(
                Kind.UNPIN,
                null,
                Set.of(),
                root,
                "",
                byCommand() ? () -> command("pin/rm", root) : () -> store.pins().remove(root));
    }

    private void delete() throws IOException {
        Block block = random.nextInt(3) > 0
                ? any(Shelf.ALL.loose())
                : any(List.copyOf(Shelf.ALL.blocks().values()));
        Set<Multihash> hash = Set.of(block.cid().hash());
        String cid = block.cid().toString();
        deed(
                Kind.DELETE,
                null,
                hash,
                null,
                "",
                byCommand()
                        ? () -> store.command(
                                "block/rm", new Query().argument(cid).option("pinned", true))
                        : () -> store.blocks().delete(hash));
    }

    private void request(Shelf.Item item) throws IOException {
        Kit kit = store.kit();
        if (kit != null) {
            deed(Kind.PIN, Way.REMOTE_PIN, item.blocks(), item.root(), kit.asker(), () -> kit.pinFromAfar(item.root()));
            return;
        }
        ask(() -> {
            Deed deed = ledger.begin(Kind.PIN, Way.PIN_SERVICE, item.blocks(), item.root(), "a request");
            PinStatus status = store.queue().add(new PinRequest(item.root(), "", List.of(), java.util.Map.of()));
            deed.owner = status.id();
            PinStatus now = store.await(status);
            if (now != null && now.state() == PinStatus.State.PINNED) {
                ledger.done(deed);
            } else if (now != null && now.state() == PinStatus.State.FAILED && !mayFail) {
                throw new AssertionError("the pin service has failed: " + now.details());
            }
        });
    }

    private void withdraw() throws IOException {
        Kit kit = store.kit();
        if (kit != null) {
            Cid root = any(Shelf.ALL.items()).root();
            deed(Kind.UNPIN, null, Set.of(), root, kit.asker(), () -> kit.unpinFromAfar(root));
            return;
        }
        List<PinStatus> all = store.queue().list();
        if (!all.isEmpty()) {
            PinStatus status = any(all);
            Cid root = status.request().cid();
            deed(
                    Kind.UNPIN,
                    null,
                    Set.of(),
                    root,
                    status.id(),
                    () -> store.queue().remove(status.id()));
        }
    }

    private void read(Block block) throws IOException {
        ask(() -> {
            byte[] data = store.blocks().find(block.cid());
            Deed needs = ledger.needs(block.cid().hash());
            if (data == null && needs != null) {
                throw new AssertionError(block.cid() + " is not here, in spite of " + needs);
            }
            if (data != null && !java.util.Arrays.equals(data, block.data())) {
                throw new AssertionError(block.cid() + " has other bytes");
            }
        });
    }

    private void deed(
            Kind kind, @Nullable Way way, Set<Multihash> blocks, @Nullable Cid root, String owner, Asked asked)
            throws IOException {
        Deed deed = ledger.begin(kind, way, blocks, root, owner);
        boolean[] done = {false};
        ask(() -> {
            asked.run();
            done[0] = true;
        });
        if (done[0]) {
            ledger.done(deed);
            return;
        }
        ledger.failed(deed);
        if (!mayFail && way != null && way != Way.PIN && way != Way.NODE_PIN) {
            throw new AssertionError(deed + " has all that it needs, and fails");
        }
    }

    /** What is asked for may fail because something is not here, or more is pinned; other failures are those of a failing disk. */
    private void ask(Asked asked) throws IOException {
        try {
            asked.run();
        } catch (ContentException | libp2p.ipld.BlockNotFoundException | PinnedRecursivelyException refused) {
            return;
        } catch (IOException e) {
            if (!mayFail) {
                throw new IOException("a store that works fails: " + e.getMessage(), e);
            }
        }
    }
}
