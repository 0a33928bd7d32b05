package libp2p.http3.qpack;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Encodes field sections (RFC 9204, section 4.5) by the static table, without Huffman coding. */
public final class FieldSectionEncoder {
    private FieldSectionEncoder() {}

    /** The bytes of a HEADERS frame; names are in lower case. */
    public static byte[] encode(List<Field> fields) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(0); // required insert count
        out.write(0); // base
        for (Field field : fields) {
            int index = StaticTable.find(field);
            int name = StaticTable.findName(field.name());
            if (index >= 0) {
                integer(out, 0xc0, 6, index);
                continue;
            }
            if (name >= 0) {
                integer(out, 0x50, 4, name);
            } else {
                text(out, 0x20, 3, field.name());
            }
            text(out, 0, 7, field.value());
        }
        return out.toByteArray();
    }

    private static void text(ByteArrayOutputStream out, int flags, int prefix, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        integer(out, flags, prefix, bytes.length);
        out.writeBytes(bytes);
    }

    private static void integer(ByteArrayOutputStream out, int flags, int prefix, int value) {
        int most = (1 << prefix) - 1;
        if (value < most) {
            out.write(flags | value);
            return;
        }
        out.write(flags | most);
        int rest = value - most;
        while (rest > 0x7f) {
            out.write(0x80 | rest & 0x7f);
            rest >>>= 7;
        }
        out.write(rest);
    }
}
