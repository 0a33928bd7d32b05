package libp2p.blocks.car;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import libp2p.ipld.Block;
import libp2p.ipld.ContentException;
import libp2p.ipld.Node;
import libp2p.ipld.codec.DagCbor;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.MultiformatsLimits;
import libp2p.multiformats.Varint;
import org.jspecify.annotations.Nullable;

/**
 * Reads a CAR of version 1, or the version 1 inside one of version 2, front to back; every block is checked against its
 * CID before it is given out. The roots of the header mean only what the reader wants them to. One thread at a time.
 */
public final class CarReader {
    /** Bytes of the longest header. */
    static final int HEADER_BYTES = 32 << 20;

    /** Bytes of the longest section: CID and block. */
    static final int SECTION_BYTES = 8 << 20;

    /** Bytes for which room is taken on the word of the archive alone. */
    private static final int AT_ONCE = 64 << 10;

    static final byte[] PRAGMA = {0x0a, (byte) 0xa1, 0x67, 'v', 'e', 'r', 's', 'i', 'o', 'n', 2};
    private static final byte[] TRUNCATED = "\n\n[Gateway Error:".getBytes(StandardCharsets.US_ASCII);

    private final InputStream in;
    private final int version;
    private final List<Cid> roots;
    private long left = Long.MAX_VALUE;
    /** The length that was read last, as it was written. */
    private final byte[] prefix = new byte[Varint.size(Long.MAX_VALUE)];

    private int count;

    /**
     * Reads the header; blocks.
     *
     * @param in read as far as needed; the caller closes it
     * @throws ContentException if it is no CAR, or one that this class does not read
     */
    public CarReader(InputStream in) throws IOException {
        this.in = in;
        Node header = header();
        long said = version(header);
        if (said == 2) {
            enterVersion2();
            header = header();
            if (version(header) != 1) {
                throw malformed("version " + version(header) + " inside version 2");
            }
        }
        version = (int) said;
        roots = roots(header);
    }

    /** 1 or 2. */
    public int version() {
        return version;
    }

    /** The roots of the header, which need not be among the blocks. */
    public List<Cid> roots() {
        return roots;
    }

    /**
     * The next block, checked, or null at the end; blocks.
     *
     * @throws ContentException if a section is malformed or its block has another hash
     */
    public @Nullable Block next() throws IOException {
        int length = length("section", SECTION_BYTES, true);
        if (length < 0) {
            return null;
        }
        byte[] start = bytes("section", Math.min(length, MultiformatsLimits.CID_BYTES));
        try {
            ByteBuffer buffer = ByteBuffer.wrap(start);
            Cid cid = Cid.decode(buffer);
            return Block.verified(cid, data(length - buffer.position(), start, buffer.position()));
        } catch (MalformedException e) {
            throw new ContentException("car: " + e.getMessage(), e);
        }
    }

    /** The data of a block, of which a part has been read; room for all of it is taken when a sixteenth has come. */
    private byte[] data(int length, byte[] start, int from) throws IOException {
        byte[] data = new byte[Math.min(length, Math.max(AT_ONCE, length / 16))];
        int read = start.length - from;
        System.arraycopy(start, from, data, 0, read);
        fill(data, read, start);
        if (data.length < length) {
            read = data.length;
            data = Arrays.copyOf(data, length);
            fill(data, read, start);
        }
        return data;
    }

    /** Reads the rest of an array. */
    private void fill(byte[] data, int from, byte[] start) throws IOException {
        int read = in.readNBytes(data, from, data.length - from);
        left -= read;
        if (from + read < data.length) {
            throw ended("section", start);
        }
    }

    private Node header() throws IOException {
        byte[] bytes = bytes("header", length("header", HEADER_BYTES, false));
        try {
            return new DagCbor().decode(bytes);
        } catch (MalformedException e) {
            throw new ContentException("car: header: " + e.getMessage(), e);
        }
    }

    private static long version(Node header) throws ContentException {
        if (header.get("version") instanceof Node.Int number && number.value().bitLength() < 32) {
            long version = number.value().longValue();
            if (version == 1 || version == 2) {
                return version;
            }
        }
        throw malformed("a header without version 1 or 2");
    }

    private static List<Cid> roots(Node header) throws ContentException {
        for (String key : ((Node.Mapping) header).entries().keySet()) {
            if (!key.equals("version") && !key.equals("roots")) {
                throw malformed("a header with an unknown key");
            }
        }
        List<Cid> roots = new ArrayList<>();
        Node list = header.get("roots");
        if (list == null) {
            return roots;
        }
        if (list instanceof Node.Sequence sequence) {
            for (Node item : sequence.items()) {
                if (!(item instanceof Node.Link link)) {
                    throw malformed("a root that is no link");
                }
                roots.add(link.cid());
            }
            return roots;
        }
        throw malformed("roots that are no list");
    }

    private void enterVersion2() throws IOException {
        ByteBuffer header = ByteBuffer.wrap(in.readNBytes(40)).order(ByteOrder.LITTLE_ENDIAN);
        if (header.remaining() < 40) {
            throw malformed("the end inside the header of version 2");
        }
        long offset = header.getLong(16);
        long size = header.getLong(24);
        if (offset < PRAGMA.length + 40 || size <= 0) {
            throw malformed("data of " + Long.toUnsignedString(size) + " bytes at " + Long.toUnsignedString(offset));
        }
        try {
            in.skipNBytes(offset - PRAGMA.length - 40);
        } catch (EOFException e) {
            throw malformed("the end before the data");
        }
        left = size;
    }

    /** The length of what follows, or -1 at the end. */
    private int length(String what, int limit, boolean mayEnd) throws IOException {
        if (mayEnd && left == 0) {
            return -1;
        }
        count = 0;
        int b;
        do {
            b = left == 0 ? -1 : in.read();
            if (b < 0) {
                if (mayEnd && count == 0) {
                    return -1;
                }
                throw malformed("the end where a " + what + " should be");
            }
            left--;
            prefix[count++] = (byte) b;
        } while (b >= 0x80 && count < prefix.length);
        long length;
        try {
            length = Varint.decode(Arrays.copyOf(prefix, count));
        } catch (MalformedException e) {
            throw new ContentException("car: length of a " + what + ": " + e.getMessage(), e);
        }
        if (length == 0) {
            throw malformed("an empty " + what);
        }
        if (length > limit || length > left) {
            throw malformed(
                    "a " + what + " of " + length + " bytes, at most " + Math.min(limit, left) + " are allowed");
        }
        return (int) length;
    }

    /** The next bytes, of a length that was checked. */
    private byte[] bytes(String what, int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        left -= bytes.length;
        if (bytes.length < length) {
            throw ended(what, bytes);
        }
        return bytes;
    }

    /** @param read what could be read after the length, at least the first bytes of it */
    private ContentException ended(String what, byte[] read) {
        byte[] all = Arrays.copyOf(prefix, count + read.length);
        System.arraycopy(read, 0, all, count, read.length);
        return malformed(
                startsWith(all, TRUNCATED)
                        ? "the gateway says that it has cut the archive short"
                        : "the end inside a " + what);
    }

    private static boolean startsWith(byte[] bytes, byte[] start) {
        return bytes.length >= start.length && Arrays.equals(bytes, 0, start.length, start, 0, start.length);
    }

    static ContentException malformed(String what) {
        return new ContentException("car: " + what);
    }
}
