package libp2p.stores;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import libp2p.blocks.BlockStore;
import libp2p.blocks.BlockWriter;
import libp2p.blocks.GarbageCollector;
import libp2p.blocks.Pins;
import libp2p.core.datastore.Datastore;
import libp2p.core.environment.Environment;
import libp2p.ipld.Block;
import libp2p.multiformats.Multihash;

/** What one node of a history does with its stores. */
final class NodeWork implements AutoCloseable {
    private final Environment environment;
    private final BlockStore store;
    private final Datastore records;
    private final Pins pins;
    private final Map<Integer, BlockWriter> imports = new ConcurrentHashMap<>();

    NodeWork(Environment environment, BlockStore store, Datastore records) {
        this.environment = environment;
        this.store = store;
        this.records = records;
        pins = new Pins(records, store);
    }

    /**
     * Does an operation.
     *
     * @return words: what is missing, removed, listed
     */
    String run(String operation, int index) throws IOException {
        return switch (operation) {
            case "add" -> add(index);
            case "begin" -> begin(index);
            case "end" -> end(index);
            case "pin" -> {
                pins.add(SharedContent.root(index).cid(), Pins.Kind.RECURSIVE, store);
                yield "";
            }
            case "unpin" -> String.valueOf(pins.remove(SharedContent.root(index).cid()));
            case "put" -> {
                store.put(SharedContent.leaf(index));
                yield "";
            }
            case "read" -> missing(SharedContent.file(index));
            case "leaf" -> missing(List.of(SharedContent.leaf(index)));
            case "gc" ->
                String.valueOf(new GarbageCollector(store, pins).collect().removed());
            case "list" -> list();
            case "pins" -> pinned();
            default -> throw new IllegalArgumentException(operation);
        };
    }

    private String add(int index) throws IOException {
        try (BlockWriter writer = new BlockWriter(environment, store)) {
            for (Block block : SharedContent.file(index)) {
                writer.put(block);
                if (block.size() % 2 == 0) {
                    writer.flush(); // a slow import
                }
            }
            pins.add(SharedContent.root(index).cid(), Pins.Kind.RECURSIVE, writer);
        }
        return "";
    }

    /** The first part of an import, which is durable and under its lease, and pinned by nothing. */
    private String begin(int index) throws IOException {
        BlockWriter writer = new BlockWriter(environment, store);
        imports.put(index, writer);
        for (Block block : SharedContent.file(index)) {
            writer.put(block);
        }
        writer.flush();
        return "";
    }

    private String end(int index) throws IOException {
        BlockWriter writer = imports.remove(index);
        if (writer == null) {
            throw new IOException("the import has not begun on this node");
        }
        try (writer) {
            pins.add(SharedContent.root(index).cid(), Pins.Kind.RECURSIVE, writer);
        }
        return "";
    }

    private String missing(List<Block> blocks) throws IOException {
        StringBuilder missing = new StringBuilder();
        for (Block block : blocks) {
            byte[] data = store.find(block.cid());
            if (!Arrays.equals(data, block.data())) {
                missing.append(block.cid()).append(data == null ? " is missing; " : " is another one; ");
            }
        }
        return missing.toString();
    }

    private String list() throws IOException {
        TreeSet<Multihash> all = new TreeSet<>();
        store.forEach((hash, size) -> all.add(hash));
        StringBuilder list = new StringBuilder();
        all.forEach(hash -> list.append(hash).append(' '));
        return list.toString().strip();
    }

    private String pinned() throws IOException {
        StringBuilder list = new StringBuilder();
        for (Pins.Pin pin : pins.list()) {
            for (int file = 0; file < SharedContent.FILES; file++) {
                if (SharedContent.root(file).cid().equals(pin.cid())) {
                    list.append(file).append(' ');
                }
            }
        }
        return list.toString().strip();
    }

    @Override
    public void close() throws IOException {
        imports.values().forEach(BlockWriter::close);
        store.close();
        records.close();
    }
}
