package libp2p.http3.qpack;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import libp2p.http3.Http3Error;
import libp2p.http3.Http3Exception;

/** Decodes field sections (RFC 9204, section 4.5) of a remote to which no dynamic table was offered. */
public final class FieldSectionDecoder {
    private static final int HUFFMAN = 0x80;

    private FieldSectionDecoder() {}

    /**
     * Decodes a whole section.
     *
     * @param maxSize the sum of the sizes of its field lines, as RFC 9114, section 4.2.2 counts them
     * @throws Http3Exception if it is malformed, refers to a dynamic table, or is larger
     */
    public static List<Field> decode(byte[] section, int maxSize) throws Http3Exception {
        ByteBuffer in = ByteBuffer.wrap(section);
        if (integer(in, 8) != 0) {
            throw malformed("the section needs a dynamic table, and none was offered");
        }
        if ((peek(in) & 0x80) != 0) {
            throw malformed("the base of the section is negative");
        }
        integer(in, 7);
        List<Field> fields = new ArrayList<>();
        int size = 0;
        while (in.hasRemaining()) {
            Field field = next(in);
            size += field.size(); // the section itself is bounded, so that the sum does not overflow
            if (size > maxSize) {
                throw new Http3Exception(
                        Http3Error.EXCESSIVE_LOAD, "a field section of more than the limit of " + maxSize + " bytes");
            }
            fields.add(field);
        }
        return List.copyOf(fields);
    }

    private static Field next(ByteBuffer in) throws Http3Exception {
        int first = peek(in);
        if ((first & 0x80) != 0) {
            requireStatic(first, 0x40);
            return StaticTable.get(integer(in, 6));
        }
        if ((first & 0x40) != 0) {
            requireStatic(first, 0x10);
            String name = StaticTable.get(integer(in, 4)).name();
            return new Field(name, text(in, 7, HUFFMAN));
        }
        requireStatic(first, 0x20); // else with an index behind the base, which is of a dynamic table
        String name = text(in, 3, 0x08);
        if (name.isEmpty() || name.chars().anyMatch(letter -> letter >= 'A' && letter <= 'Z')) {
            throw new Http3Exception(Http3Error.MESSAGE_ERROR, "a field name that is empty or not in lower case");
        }
        return new Field(name, text(in, 7, HUFFMAN));
    }

    private static void requireStatic(int first, int bit) throws Http3Exception {
        if ((first & bit) == 0) {
            throw malformed("a reference to a dynamic table, and none was offered");
        }
    }

    private static String text(ByteBuffer in, int prefix, int huffman) throws Http3Exception {
        boolean coded = (peek(in) & huffman) != 0;
        long length = integer(in, prefix);
        if (length > in.remaining()) {
            throw malformed("a text is cut off");
        }
        ByteBuffer bytes = in.slice(in.position(), (int) length);
        in.position(in.position() + (int) length);
        if (coded) {
            return new String(Huffman.decode(bytes), StandardCharsets.ISO_8859_1);
        }
        return StandardCharsets.ISO_8859_1.decode(bytes).toString();
    }

    private static int peek(ByteBuffer in) throws Http3Exception {
        if (!in.hasRemaining()) {
            throw malformed("the section is cut off");
        }
        return in.get(in.position()) & 0xff;
    }

    /** An integer behind a prefix (RFC 7541, section 5.1), of 62 bits at most (RFC 9204, section 4.1.1). */
    private static long integer(ByteBuffer in, int prefix) throws Http3Exception {
        int most = (1 << prefix) - 1;
        long value = peek(in) & most;
        in.get();
        if (value < most) {
            return value;
        }
        for (int shift = 0; shift <= 55; shift += 7) {
            int next = peek(in);
            in.get();
            value += (long) (next & 0x7f) << shift;
            if ((next & 0x80) == 0) {
                return value;
            }
        }
        throw malformed("an integer of more than 62 bits");
    }

    private static Http3Exception malformed(String what) {
        return new Http3Exception(Http3Error.QPACK_DECOMPRESSION_FAILED, what);
    }
}
