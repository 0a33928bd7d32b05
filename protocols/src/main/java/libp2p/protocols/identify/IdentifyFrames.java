package libp2p.protocols.identify;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.connection.Stream;
import libp2p.core.resource.Reservation;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Varint;

/** Length-prefixed identify messages on a stream. */
final class IdentifyFrames {
    /** The factor by which a message grows at most when its lists become objects. */
    private static final int DECODED = 4;

    private IdentifyFrames() {}

    /**
     * Sends a message: in one frame if that stays below what rust-libp2p accepts, else with the signed record in a
     * second frame, so that a peer that reads only the first misses nothing else.
     */
    static void send(Stream stream, IdentifyMessage message, Identify.Limits limits) throws IOException {
        byte[] body = message.toBytes();
        byte[] record = message.recordToBytes();
        ByteArrayOutputStream out = new ByteArrayOutputStream(body.length + record.length + 6);
        if (body.length + record.length <= limits.frameSent()) {
            out.writeBytes(Varint.encode(body.length + record.length));
            out.writeBytes(body);
            out.writeBytes(record);
        } else {
            out.writeBytes(Varint.encode(body.length));
            out.writeBytes(body);
            out.writeBytes(Varint.encode(record.length));
            out.writeBytes(record);
        }
        stream.writeLast(out.toByteArray());
    }

    /**
     * Reads frames until the end of the stream and merges them.
     *
     * @param memory charged with what they take
     */
    static IdentifyMessage receive(InputStream in, String protocol, Identify.Limits limits, Reservation memory)
            throws IOException {
        IdentifyMessage message = new IdentifyMessage();
        for (int frames = 0; ; frames++) {
            long length = length(in, protocol);
            if (length < 0) {
                if (frames == 0) {
                    throw new EOFException(protocol + ": the stream ended before the first message");
                }
                return message;
            }
            if (frames == limits.frames()) {
                throw new ProtocolViolationException(protocol, "more than " + limits.frames() + " messages");
            }
            if (length > limits.frame()) {
                throw new ProtocolViolationException(
                        protocol, "a message of " + length + " bytes, at most " + limits.frame() + " are allowed");
            }
            memory.grow(DECODED * length, Reservation.ALWAYS);
            byte[] frame = in.readNBytes((int) length);
            if (frame.length < length) {
                throw new EOFException(protocol + ": the stream ended inside a message");
            }
            message.merge(frame, limits);
        }
    }

    private static long length(InputStream in, String protocol) throws IOException {
        try {
            return Varint.decodeOrEnd(in);
        } catch (MalformedException e) {
            throw new ProtocolViolationException(protocol, "a malformed message length: " + e.getMessage());
        }
    }
}
