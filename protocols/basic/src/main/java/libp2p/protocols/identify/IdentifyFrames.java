package libp2p.protocols.identify;

import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.messaging.MessageStream;
import libp2p.core.resource.Reservation;
import org.jspecify.annotations.Nullable;

/** Length-prefixed identify messages on a stream. */
final class IdentifyFrames {
    /** The factor by which a message grows at most when its lists become objects. */
    private static final int DECODED = 4;

    private IdentifyFrames() {}

    /** Source of frames. */
    @FunctionalInterface
    interface Source {
        /** The next frame without its length, or null at the end. */
        byte @Nullable [] next() throws IOException;
    }

    /**
     * Sends a message: in one frame if that stays below what rust-libp2p accepts, else with the signed record in a
     * second frame, so that a peer that reads only the first misses nothing else.
     */
    static void send(MessageStream<byte[], byte[]> out, IdentifyMessage message, IdentifyLimits limits)
            throws IOException {
        byte[] body = message.toBytes();
        byte[] record = message.recordToBytes();
        boolean together = body.length + record.length <= limits.frameSent();
        out.sendLast(together ? List.of(joined(body, record)) : List.of(body, record));
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    /**
     * Takes frames until the end and merges them.
     *
     * @param memory charged with what they take
     */
    static IdentifyMessage receive(Source frames, String protocol, IdentifyLimits limits, Reservation memory)
            throws IOException {
        IdentifyMessage message = new IdentifyMessage();
        int count = 0;
        byte[] frame;
        while ((frame = frames.next()) != null) {
            if (count == limits.frames()) {
                throw new ProtocolViolationException(protocol, "more than " + limits.frames() + " messages");
            }
            count++;
            memory.grow((long) DECODED * frame.length, Reservation.ALWAYS);
            message.merge(frame, limits);
        }
        if (count == 0) {
            throw new EOFException(protocol + ": the stream ended before the first message");
        }
        return message;
    }
}
