package libp2p.blocks.car;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import libp2p.ipld.Block;
import libp2p.ipld.BlockSink;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Varint;

/**
 * Writes a CAR of version 2 into a file: a version 1 with the index of multihashes (codec 0x0401) behind it. The index
 * is in memory until the end, about 100 bytes a block. One thread at a time; the caller closes the file.
 */
public final class CarV2Writer implements BlockSink, AutoCloseable {
    private static final int INDEX = 0x0401;
    private static final int DATA_OFFSET = CarReader.PRAGMA.length + 40;

    private record Place(byte[] digest, long offset) {}

    private final FileChannel file;
    private final Map<Long, Map<Integer, List<Place>>> locations = new TreeMap<>();
    private long size;

    /** Writes the header; blocks. */
    public CarV2Writer(FileChannel file, List<Cid> roots) throws IOException {
        this.file = file;
        file.position(DATA_OFFSET);
        byte[] header = CarWriter.header(roots);
        ByteBuffer section = ByteBuffer.allocate(Varint.size(header.length) + header.length);
        Varint.encode(header.length, section);
        write(section.put(header).flip());
    }

    @Override
    public void put(Block block) throws IOException {
        Cid cid = block.cid();
        if (cid.hash().code() == Multicodec.IDENTITY) {
            return;
        }
        byte[] digest = cid.hash().digest();
        locations
                .computeIfAbsent(cid.hash().code(), code -> new TreeMap<>())
                .computeIfAbsent(digest.length + 8, width -> new ArrayList<>())
                .add(new Place(digest, size));
        int length = cid.size() + block.size();
        ByteBuffer section = ByteBuffer.allocate(Varint.size(length) + length);
        Varint.encode(length, section);
        cid.writeTo(section);
        write(section.put(block.data()).flip());
    }

    private void write(ByteBuffer bytes) throws IOException {
        size += bytes.remaining();
        writeAll(bytes);
    }

    private void writeAll(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            file.write(bytes);
        }
    }

    /** Writes the index and what the start of the file says of it; the file is not closed. */
    @Override
    public void close() throws IOException {
        ByteBuffer codec = ByteBuffer.allocate(Varint.size(INDEX) + 4).order(ByteOrder.LITTLE_ENDIAN);
        Varint.encode(INDEX, codec);
        writeAll(codec.putInt(locations.size()).flip());
        for (Map.Entry<Long, Map<Integer, List<Place>>> function : locations.entrySet()) {
            writeAll(little(12)
                    .putLong(function.getKey())
                    .putInt(function.getValue().size())
                    .flip());
            for (Map.Entry<Integer, List<Place>> width : function.getValue().entrySet()) {
                List<Place> sorted = width.getValue();
                sorted.sort((a, b) -> Arrays.compareUnsigned(a.digest(), b.digest()));
                writeAll(little(12)
                        .putInt(width.getKey())
                        .putLong((long) width.getKey() * sorted.size())
                        .flip());
                for (Place place : sorted) {
                    writeAll(little(width.getKey())
                            .put(place.digest())
                            .putLong(place.offset())
                            .flip());
                }
            }
        }
        ByteBuffer head = little(DATA_OFFSET).put(CarReader.PRAGMA);
        head.position(CarReader.PRAGMA.length + 16);
        head.putLong(DATA_OFFSET).putLong(size).putLong(DATA_OFFSET + size);
        file.position(0);
        writeAll(head.flip());
        file.force(false);
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
