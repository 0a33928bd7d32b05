package libp2p.secio;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.connection.RawConnection;

/** The messages of a handshake, each behind its length in four bytes, big-endian. Reads no byte beyond them. One thread. */
final class Messages {
    /** Room for the longest key, signature and lists of suites. */
    static final int LIMIT = 8 << 10;

    private final RawConnection raw;

    Messages(RawConnection raw) {
        this.raw = raw;
    }

    void write(byte[] message) throws IOException {
        raw.write(ByteBuffer.allocate(Integer.BYTES + message.length)
                .putInt(message.length)
                .put(message)
                .flip());
    }

    byte[] read() throws IOException {
        int length = fill(ByteBuffer.allocate(Integer.BYTES)).getInt();
        if (length < 0 || length > LIMIT) {
            throw new ProtocolViolationException(
                    Secio.PROTOCOL,
                    "a handshake message of " + Integer.toUnsignedString(length) + " bytes, more than the limit of "
                            + LIMIT);
        }
        return fill(ByteBuffer.allocate(length)).array();
    }

    private ByteBuffer fill(ByteBuffer target) throws IOException {
        while (target.hasRemaining()) {
            if (raw.read(target) < 0) {
                throw new EOFException("the connection ends inside the SECIO handshake");
            }
        }
        return target.flip();
    }
}
