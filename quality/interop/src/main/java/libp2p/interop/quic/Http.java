package libp2p.interop.quic;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import libp2p.quic.wire.VarInt;

/**
 * Requests and answers for a file: HTTP/0.9, the protocol of the interop runner, and as much of HTTP/3 (RFC 9114) as
 * one GET needs, with field sections that use neither the dynamic table of QPACK nor its Huffman code.
 */
enum Http {
    HQ("hq-interop") {
        @Override
        byte[] request(String authority, String path) {
            return ("GET " + path + "\r\n").getBytes(StandardCharsets.US_ASCII);
        }

        @Override
        byte[] beforeBody(long length) {
            return new byte[0];
        }

        @Override
        byte[] body(byte[] response) {
            return response;
        }
    },
    H3("h3") {
        @Override
        byte[] request(String authority, String path) {
            ByteArrayOutputStream fields = new ByteArrayOutputStream();
            fields.writeBytes(new byte[] {0, 0, (byte) (INDEXED | METHOD_GET), (byte) (INDEXED | SCHEME_HTTPS)});
            literal(fields, AUTHORITY, authority);
            literal(fields, PATH, path);
            return frame(HEADERS, fields.toByteArray());
        }

        private void literal(ByteArrayOutputStream fields, int name, String value) {
            byte[] bytes = value.getBytes(StandardCharsets.US_ASCII);
            fields.write(LITERAL | name);
            if (bytes.length > MAX_LITERAL) {
                throw new IllegalArgumentException("a value of more than " + MAX_LITERAL + " bytes");
            }
            fields.write(bytes.length);
            fields.writeBytes(bytes);
        }

        @Override
        byte[] beforeBody(long length) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.writeBytes(frame(HEADERS, new byte[] {0, 0, (byte) (INDEXED | STATUS_200)}));
            byte[] head = new byte[1 + Long.BYTES];
            head[0] = DATA;
            out.write(head, 0, VarInt.write(head, 1, length));
            return out.toByteArray();
        }

        @Override
        byte[] body(byte[] response) {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            long[] at = {0};
            while (at[0] < response.length) {
                long type = number(response, at);
                long length = number(response, at);
                if (length > response.length - at[0]) {
                    throw new IllegalStateException("a frame that is longer than the stream");
                }
                if (type == DATA) {
                    body.write(response, (int) at[0], (int) length);
                }
                at[0] += length;
            }
            return body.toByteArray();
        }
    };

    /** The opening of HTTP/3's control stream: its type, and SETTINGS without any. */
    static final byte[] CONTROL = {0, 4, 0};

    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int INDEXED = 0xc0;
    private static final int LITERAL = 0x50;
    private static final int AUTHORITY = 0;
    private static final int PATH = 1;
    private static final int METHOD_GET = 17;
    private static final int SCHEME_HTTPS = 23;
    private static final int STATUS_200 = 25;
    private static final int MAX_LITERAL = 126;

    private final String protocol;

    Http(String protocol) {
        this.protocol = protocol;
    }

    /** As ALPN has it. */
    String protocol() {
        return protocol;
    }

    static Http of(@org.jspecify.annotations.Nullable String protocol) {
        return H3.protocol.equals(protocol) ? H3 : HQ;
    }

    private static byte[] frame(int type, byte[] content) {
        byte[] head = new byte[1 + Long.BYTES];
        head[0] = (byte) type;
        int length = VarInt.write(head, 1, content.length);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(head, 0, length);
        out.writeBytes(content);
        return out.toByteArray();
    }

    private static long number(byte[] bytes, long[] at) {
        int first = bytes[(int) at[0]] & 0xff;
        int length = 1 << (first >> 6);
        if (length > bytes.length - at[0]) {
            throw new IllegalStateException("a number that is longer than the stream");
        }
        long value = first & 0x3f;
        for (int i = 1; i < length; i++) {
            value = value << 8 | bytes[(int) at[0] + i] & 0xff;
        }
        at[0] += length;
        return value;
    }

    abstract byte[] request(String authority, String path);

    /** The head of a response before the bytes of its file. */
    abstract byte[] beforeBody(long length);

    /** The bytes of the file in a whole response. */
    abstract byte[] body(byte[] response);
}
