package libp2p.scenarios.store;

import java.nio.file.Path;
import java.util.List;
import java.util.function.LongConsumer;
import libp2p.core.testing.PlantedMistake;
import libp2p.core.testing.SourceTree;

/**
 * A mistake in the source of one class of the store. Those of the first part have been in it; those of the second were
 * chosen without knowledge of the histories; the last two are in the kit and in a command.
 */
enum Mistake {
    /** A pin looks for blocks and keeps none of them from a collection that runs beside it. */
    PIN_THAT_KEEPS_NOTHING("libp2p.blocks.Pins", "new KeptDag(store, lease, source).keep(cid, kind);", """
            if (kind == Kind.RECURSIVE) {
                new libp2p.ipld.traversal.DagWalk(source, libp2p.ipld.traversal.Budget.OWN).walk(cid, block -> {});
            } else {
                source.get(cid);
            }"""),

    /** The log is read up to the first damage alone. */
    LOG_THAT_ENDS_AT_DAMAGE(
            "libp2p.blocks.LogScan", "if (next < 0) {", "if (next < 0 || record == null || record.entry == null) {"),

    /** A new file of the log is not durable, since its folder is not forced. */
    FILE_WITHOUT_DURABLE_NAME("libp2p.blocks.SegmentFiles", "Folders.force(folder);\nends.put(", "ends.put("),

    /** A block that is damaged stays in the index, so that no put heals it. */
    DAMAGE_THAT_IS_NOT_FORGOTTEN(
            "libp2p.blocks.BlockReader",
            "return locations.forget(hash, location, () -> tell(hash, cause));",
            "return false;"),

    /** A removal says no place, and reaches the log after a block that was put again meanwhile. */
    REMOVAL_WITHOUT_PLACE(
            "libp2p.blocks.SegmentBlockStore",
            "if (removals.areUnderWay(hashes)) {", // which came later
            "if (removals.areUnderWay(List.of())) {",
            "Removals.entries(removed)",
            "removed.keySet().stream()"
                    + ".map(hash -> new SegmentFiles.Entry(SegmentFiles.REMOVAL, hash, new byte[0])).toList()",
            """
            writer.begin(work);
            writer.finish(work);
            }
            } finally {
            lock.unlock();
            }""",
            """
            }
            } finally {
            lock.unlock();
            }
            if (work != null) {
            for (int i = 0; i < 20; i++) { // while others run
            environment.schedulePoint();
            }
            submit(work);
            }"""),

    /** What is written after the end of the log was lost stands where the index believes to know it. */
    LOG_THAT_GOES_ON_BEFORE_THE_INDEX(
            "libp2p.blocks.LogRecovery",
            "offset = 0;",
            "offset = files.size(number);",
            "outcome = read(number, 0);",
            "",
            "files.goOnBehind(from);",
            "",
            "shorter.put(number, size);\nfiles.goOnBehind(number);",
            "shorter.put(number, size);",
            "lost(number, from, forcedTo);\nfiles.goOnBehind(number);",
            "lost(number, from, forcedTo);"),

    /** Pins that are lost are not missed. */
    PINS_THAT_ARE_NOT_COUNTED(
            "libp2p.blocks.Pins", "if (!seal.fits(found, mark)) {", "if (seal.isAbsent() && !seal.isAbsent()) {"),

    /** Only files of which nothing lives give their room back. */
    COMPACTION_THAT_MOVES_NOTHING(
            "libp2p.blocks.Compactor", "private static final int ALIVE = 50;", "private static final int ALIVE = 0;"),

    /** A file of the log is not forced when the log goes on in another. */
    FILE_THAT_IS_NOT_FORCED(
            "libp2p.blocks.SegmentFiles",
            "if (activeNumber > failedFile) {\nforce();",
            "if (activeNumber < failedFile) {\nforce();"),

    /** A save of the index claims more of the log than it knows. */
    INDEX_THAT_CLAIMS_TOO_MUCH(
            "libp2p.blocks.LogWriter",
            "target.reached(one.segment, one.offset);",
            "target.reached(files.activeNumber(), files.activeSize());"),

    /** An owner who wants a root alone narrows what another wants. */
    PIN_THAT_IS_NARROWED(
            "libp2p.blocks.Pins",
            "return owners.containsValue(Kind.RECURSIVE) ? Kind.RECURSIVE : Kind.DIRECT;",
            "return owners.containsValue(Kind.DIRECT) ? Kind.DIRECT : Kind.RECURSIVE;"),

    /** A direct pin takes the place of a recursive one of the same owner. */
    PIN_THAT_IS_REPLACED_BY_LESS(
            "libp2p.blocks.Pins",
            "if (old != null && old.length == 1 && old[0] == Kind.RECURSIVE.ordinal()) {",
            "if (old != null && old.length == 2) {"),

    /** The last batch of an import is not awaited. */
    BATCH_THAT_IS_NOT_AWAITED("libp2p.blocks.BlockWriter", "awaitAtMost(-1, 0);", "awaitAtMost(MOST_BYTES, 1);"),

    /** Files are removed before the index that names none of their blocks is durable. */
    FILES_REMOVED_BEFORE_THE_INDEX(
            "libp2p.blocks.Compactor",
            "saves.flush();\nLiveBlocks live = find(numbers, numbers.size());",
            "LiveBlocks live = find(numbers, numbers.size());"),

    /** A peer of the kit pins the root alone. */
    PEER_THAT_KEEPS_THE_ROOT_ALONE(
            "libp2p.ipfs.IpfsPeer",
            "now.content().pins.add(root, Pins.Kind.RECURSIVE, owner, fetcher);",
            "now.content().pins.add(root, Pins.Kind.DIRECT, owner, fetcher);"),

    /** A command says that a block is stored before it is durable. */
    COMMAND_THAT_DOES_NOT_WAIT(
            "libp2p.node.content.BlockCommand",
            "Block block = Block.of(content.code(), hashing, data);\ncontext.blocks().put(block);",
            "Block block = Block.of(content.code(), hashing, data);\ncontext.blocks().begin(List.of(block));");

    private final PlantedMistake planted;

    /**
     * @param type the name of the class
     * @param changes texts, each with the one that takes its place
     */
    Mistake(String type, String... changes) {
        planted = new PlantedMistake(SourceTree.source(type), List.of(changes));
    }

    /** Histories with the mistake in them; the disk below is not loaded anew. */
    LongConsumer histories(Path directory) throws Exception {
        return planted.tell(
                LongConsumer.class,
                History.class,
                name -> name.startsWith("libp2p.") && !name.startsWith("libp2p.scenarios.lossy."),
                directory);
    }
}
