package libp2p.security.noise;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.connection.RawConnection;

/**
 * The bytes a handshake runs over: a raw connection, or a stream of WebTransport or WebRTC. Reading takes not one byte
 * more than the handshake has.
 */
public interface HandshakeStream {
    /** Reads at least one byte, blocking; returns the number read, or -1 at the end. */
    int read(ByteBuffer target) throws IOException;

    /** Writes all remaining bytes, blocking. */
    void write(ByteBuffer source) throws IOException;

    /** The bytes of a raw connection. */
    static HandshakeStream of(RawConnection raw) {
        return new HandshakeStream() {
            @Override
            public int read(ByteBuffer target) throws IOException {
                return raw.read(target);
            }

            @Override
            public void write(ByteBuffer source) throws IOException {
                raw.write(source);
            }
        };
    }

    /**
     * Runs a handshake to its end, each message behind its length in two bytes; blocks. Closes the handshake in any
     * case, the stream never.
     *
     * @return the outcome, which the caller closes
     * @throws EOFException if the stream ends too early
     */
    default NoiseSession run(NoiseHandshake handshake) throws IOException {
        try (handshake) {
            while (!handshake.isFinished()) {
                if (handshake.isMyTurn()) {
                    byte[] message = handshake.write();
                    ByteBuffer frame = ByteBuffer.allocate(2 + message.length);
                    write(frame.putShort((short) message.length).put(message).flip());
                } else {
                    handshake.read(readMessage(handshake.maxMessage()));
                }
            }
            return handshake.finish();
        }
    }

    private byte[] readMessage(int limit) throws IOException {
        int length = Short.toUnsignedInt(readFully(ByteBuffer.allocate(2)).getShort());
        if (length > limit) {
            throw new ProtocolViolationException(
                    Noise.PROTOCOL, "a handshake message of " + length + " bytes, more than the limit of " + limit);
        }
        return readFully(ByteBuffer.allocate(length)).array();
    }

    private ByteBuffer readFully(ByteBuffer target) throws IOException {
        while (target.hasRemaining()) {
            if (read(target) < 0) {
                throw new EOFException("the stream ends inside the Noise handshake");
            }
        }
        return target.flip();
    }
}
