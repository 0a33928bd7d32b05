package libp2p.filecoin;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.protobuf.Delimited;

/**
 * Reads one CBOR item from a stream that tells no length and does not end: the heads inside it say where it ends. No
 * memory is taken for what is only announced, and nothing recurses.
 */
final class CborItem {
    private final String protocol;
    private final InputStream in;
    private final int limit;
    private final ByteArrayOutputStream item = new ByteArrayOutputStream(512);
    /** Items that still follow. */
    private long open = 1;

    private CborItem(String protocol, InputStream in, int limit) {
        this.protocol = protocol;
        this.in = in;
        this.limit = limit;
    }

    /**
     * Reads an item; blocks.
     *
     * @throws ProtocolViolationException if it is longer than the limit or of no definite length
     * @throws EOFException if the stream ends inside it
     */
    static byte[] read(String protocol, InputStream in, int limit) throws IOException {
        CborItem item = new CborItem(protocol, in, limit);
        while (item.open > 0) {
            item.head();
        }
        return item.item.toByteArray();
    }

    private void head() throws IOException {
        int initial = octet();
        int info = initial & 31;
        if (info > 27) {
            throw new ProtocolViolationException(protocol, "an item of CBOR without a definite length");
        }
        long argument = info;
        if (info >= 24) {
            argument = 0;
            for (int i = 0; i < 1 << info - 24; i++) {
                argument = argument << 8 | octet();
            }
        }
        open--;
        switch (initial >>> 5) {
            case 2, 3 -> bytes(argument);
            case 4 -> items(argument, 1);
            case 5 -> items(argument, 2);
            case 6 -> open++;
            default -> {
                // a number or a simple value has ended with its head
            }
        }
    }

    private int octet() throws IOException {
        room(1);
        int octet = in.read();
        if (octet < 0) {
            throw new EOFException(protocol + ": the stream ends after " + item.size() + " bytes of a message");
        }
        item.write(octet);
        return octet;
    }

    private void bytes(long length) throws IOException {
        room(length);
        item.writeBytes(Delimited.readFully(protocol, in, (int) length));
    }

    private void items(long count, int each) throws IOException {
        room(count);
        open += count * each;
        room(open);
    }

    /** Each item has a byte at least. */
    private void room(long more) throws ProtocolViolationException {
        if (more < 0 || more > limit - item.size()) {
            throw new ProtocolViolationException(protocol, "a message of more than the limit of " + limit + " bytes");
        }
    }
}
