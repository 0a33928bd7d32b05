package libp2p.security.tls13;

import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;

/** Writes numbers and vectors of the presentation language (RFC 8446, section 3). */
final class WireWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    WireWriter uint8(int value) {
        return number(value, 1);
    }

    WireWriter uint16(int value) {
        return number(value, 2);
    }

    WireWriter bytes(byte[] value) {
        out.writeBytes(value);
        return this;
    }

    /** A vector whose length is told by so many bytes. */
    WireWriter vector(int lengthBytes, byte[] content) {
        return number(content.length, lengthBytes).bytes(content);
    }

    /** A vector whose content the body writes. */
    WireWriter vector(int lengthBytes, Consumer<WireWriter> body) {
        WireWriter content = new WireWriter();
        body.accept(content);
        return vector(lengthBytes, content.toByteArray());
    }

    private WireWriter number(int value, int length) {
        for (int shift = 8 * (length - 1); shift >= 0; shift -= 8) {
            out.write(value >>> shift);
        }
        return this;
    }

    byte[] toByteArray() {
        return out.toByteArray();
    }
}
