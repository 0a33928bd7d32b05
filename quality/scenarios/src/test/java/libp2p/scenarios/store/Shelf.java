package libp2p.scenarios.store;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import libp2p.blocks.car.CarWriter;
import libp2p.ipld.Block;
import libp2p.ipld.unixfs.FileImporter;
import libp2p.ipld.unixfs.ImportOptions;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Multihash;
import libp2p.node.control.Query;

/**
 * All content that histories know: a few files, which share blocks, and a few blocks that are on their own. A peer that
 * has all of it is near.
 */
final class Shelf {
    private static final int CHUNK = 192;
    private static final int LINKS = 3;
    /** Chunks of each file, by number. */
    private static final int[][] FILES = {
        {0, 1, 2}, {2, 3}, {4}, {0, 1, 2, 3, 4, 5, 6, 7}, {5, 6, 0}, {8, 9, 8, 9, 10}, {11, 12}
    };

    private static final int[] LOOSE = {1, 90, 1500, 5000};

    /** One Shelf serves all histories. */
    static final Shelf ALL = new Shelf();

    /** A file: its bytes, its root, and the hashes of all its blocks. */
    record Item(byte[] bytes, Cid root, Set<Multihash> blocks) {
        /** The file in one block, as a peer of the kit adds it. */
        Cid whole() {
            return Block.of(Multicodec.RAW, bytes).cid();
        }
    }

    private final List<Item> items = new ArrayList<>();
    private final Map<Multihash, Block> blocks = new LinkedHashMap<>();
    private final List<Block> loose = new ArrayList<>();

    private Shelf() {
        Random random = new Random(1);
        List<byte[]> chunks = new ArrayList<>();
        for (int i = 0; i < 13; i++) {
            byte[] chunk = new byte[CHUNK];
            random.nextBytes(chunk);
            chunks.add(chunk);
        }
        try {
            for (int[] numbers : FILES) {
                ByteArrayOutputStream file = new ByteArrayOutputStream();
                for (int number : numbers) {
                    file.write(chunks.get(number));
                }
                Map<Multihash, Block> made = new LinkedHashMap<>();
                Cid root = new FileImporter(
                                options(), block -> made.put(block.cid().hash(), block))
                        .add(new ByteArrayInputStream(file.toByteArray()))
                        .cid();
                items.add(new Item(file.toByteArray(), root, Set.copyOf(made.keySet())));
                blocks.putAll(made);
                Block whole = Block.of(Multicodec.RAW, file.toByteArray());
                blocks.put(whole.cid().hash(), whole);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (int size : LOOSE) {
            byte[] data = new byte[size];
            random.nextBytes(data);
            Block block = Block.of(Multicodec.RAW, data);
            loose.add(block);
            blocks.put(block.cid().hash(), block);
        }
    }

    static ImportOptions options() {
        return ImportOptions.V1_2025.withChunker("size-" + CHUNK).withFileLinks(LINKS);
    }

    List<Item> items() {
        return items;
    }

    List<Block> loose() {
        return loose;
    }

    /** An archive of a file. */
    byte[] archive(Item item) throws IOException {
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        CarWriter out = new CarWriter(archive, List.of(item.root()));
        for (Block block : blocks.values()) {
            if (item.blocks().contains(block.cid().hash())) {
                out.put(block);
            }
        }
        return archive.toByteArray();
    }

    /** Options of {@code add}, by which it makes the same blocks. */
    static Query optionsOfAdd() {
        return new Query()
                .option("profile", "unixfs_v1_2025")
                .option("chunker", "size-" + CHUNK)
                .option("max-file-links", LINKS);
    }

    /** Whether other blocks are found by this one alone. */
    boolean isInner(Multihash hash) {
        return blocks.get(hash).cid().codec() != Multicodec.RAW;
    }

    Map<Multihash, Block> blocks() {
        return blocks;
    }
}
