package libp2p.quic.wire;

import java.nio.charset.StandardCharsets;

/** Takes the payload of a packet apart (RFC 9000, sections 12.4 and 19). Reused; one thread at a time. */
public final class FrameParser {
    /** A frame of the packet asks for an acknowledgement. */
    public static final int ACK_ELICITING = 1;
    /** A frame of the packet does not belong to probing of paths (RFC 9000, section 9.1). */
    public static final int NON_PROBING = 2;

    private static final long MAX_STREAMS = 1L << 60;
    private static final int RESET_TOKEN = 16;
    private static final int MAX_REASON = 256;

    private final WireInput in = new WireInput();
    private final AckFrame ack = new AckFrame();

    /**
     * Hands every frame to the handler.
     *
     * @param handshake whether the packet is an Initial or a Handshake packet, in which few frames may be
     * @return {@link #ACK_ELICITING} and {@link #NON_PROBING}
     * @throws TransportException if a frame is malformed, not known or not allowed here, or of the handler
     */
    public int parse(byte[] bytes, int offset, int length, boolean handshake, FrameHandler handler)
            throws TransportException {
        if (length == 0) {
            throw new TransportException(TransportError.PROTOCOL_VIOLATION, "a packet without frames");
        }
        in.reset(bytes, offset, length);
        int found = 0;
        while (in.hasRemaining()) {
            int type = bytes[in.at()] & 0xff;
            if (type == FrameType.PADDING) {
                handler.padding(padding());
                continue;
            }
            if (type >= 0x40) {
                throw unknown();
            }
            in.skip(1);
            if (handshake && !inHandshake(type)) {
                throw new TransportException(
                        TransportError.PROTOCOL_VIOLATION, type, "a frame that may not be in a handshake packet");
            }
            found |= flags(type);
            try {
                frame(type, handler);
            } catch (TransportException malformed) {
                throw malformed.frameType() == 0 ? located(malformed, type) : malformed;
            }
        }
        return found;
    }

    private static TransportException located(TransportException malformed, int type) {
        TransportException located = new TransportException(malformed.code(), type, text(malformed));
        located.initCause(malformed);
        return located;
    }

    private static String text(TransportException failure) {
        String text = String.valueOf(failure.getMessage());
        String prefix = "QUIC " + TransportError.describe(failure.code()) + ": ";
        return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
    }

    private int padding() throws TransportException {
        byte[] bytes = in.bytes();
        int from = in.at();
        int to = from;
        int end = from + in.remaining();
        while (to < end && bytes[to] == FrameType.PADDING) {
            to++;
        }
        in.skip(to - from);
        return to - from;
    }

    /** Longer encodings of known types, and all others. */
    private static TransportException unknown() {
        return new TransportException(
                TransportError.FRAME_ENCODING_ERROR, "a frame of a type that is not known or too long");
    }

    private static boolean inHandshake(int type) {
        return type == FrameType.PING
                || type == FrameType.ACK
                || type == FrameType.ACK_ECN
                || type == FrameType.CRYPTO
                || type == FrameType.CONNECTION_CLOSE;
    }

    private static int flags(int type) {
        return switch (type) {
            case FrameType.ACK, FrameType.ACK_ECN, FrameType.CONNECTION_CLOSE, FrameType.CONNECTION_CLOSE_APPLICATION ->
                NON_PROBING;
            case FrameType.PATH_CHALLENGE, FrameType.PATH_RESPONSE, FrameType.NEW_CONNECTION_ID -> ACK_ELICITING;
            default -> ACK_ELICITING | NON_PROBING;
        };
    }

    private void frame(int type, FrameHandler handler) throws TransportException {
        if (type >= FrameType.STREAM && type <= FrameType.STREAM_LAST) {
            stream(type, handler);
            return;
        }
        switch (type) {
            case FrameType.PING -> handler.ping();
            case FrameType.ACK, FrameType.ACK_ECN -> {
                ack.read(in, type == FrameType.ACK_ECN);
                handler.ack(ack);
            }
            case FrameType.CRYPTO -> {
                long offset = in.varint();
                int length = in.length();
                checkOffset(offset, length);
                handler.crypto(offset, in.bytes(), in.skip(length), length);
            }
            case FrameType.RESET_STREAM, FrameType.RESET_STREAM_AT -> reset(type, handler);
            case FrameType.STOP_SENDING -> handler.stopSending(in.varint(), in.varint());
            case FrameType.MAX_DATA -> handler.maxData(in.varint());
            case FrameType.MAX_STREAM_DATA -> handler.maxStreamData(in.varint(), in.varint());
            case FrameType.MAX_STREAMS_BIDI, FrameType.MAX_STREAMS_UNI ->
                handler.maxStreams(type == FrameType.MAX_STREAMS_BIDI, streams());
            case FrameType.DATA_BLOCKED -> handler.dataBlocked(in.varint());
            case FrameType.STREAM_DATA_BLOCKED -> handler.streamDataBlocked(in.varint(), in.varint());
            case FrameType.STREAMS_BLOCKED_BIDI, FrameType.STREAMS_BLOCKED_UNI ->
                handler.streamsBlocked(type == FrameType.STREAMS_BLOCKED_BIDI, streams());
            case FrameType.PATH_CHALLENGE -> handler.pathChallenge(in.uint64());
            case FrameType.PATH_RESPONSE -> handler.pathResponse(in.uint64());
            case FrameType.HANDSHAKE_DONE -> handler.handshakeDone();
            case FrameType.DATAGRAM, FrameType.DATAGRAM_LENGTH -> {
                int length = type == FrameType.DATAGRAM ? in.remaining() : in.length();
                handler.datagram(in.bytes(), in.skip(length), length);
            }
            default -> rare(type, handler);
        }
    }

    private void rare(int type, FrameHandler handler) throws TransportException {
        switch (type) {
            case FrameType.NEW_TOKEN -> {
                int length = in.length();
                if (length == 0) {
                    throw new TransportException(TransportError.FRAME_ENCODING_ERROR, "an empty token");
                }
                handler.newToken(in.copy(length));
            }
            case FrameType.NEW_CONNECTION_ID -> newConnectionId(handler);
            case FrameType.RETIRE_CONNECTION_ID -> handler.retireConnectionId(in.varint());
            case FrameType.CONNECTION_CLOSE, FrameType.CONNECTION_CLOSE_APPLICATION -> close(type, handler);
            default -> throw unknown();
        }
    }

    private void stream(int type, FrameHandler handler) throws TransportException {
        long id = in.varint();
        long offset = (type & FrameType.STREAM_OFFSET) == 0 ? 0 : in.varint();
        int length = (type & FrameType.STREAM_LENGTH) == 0 ? in.remaining() : in.length();
        checkOffset(offset, length);
        handler.stream(id, offset, in.bytes(), in.skip(length), length, (type & FrameType.STREAM_FIN) != 0);
    }

    private static void checkOffset(long offset, int length) throws TransportException {
        if (offset > VarInt.MAX - length) {
            throw new TransportException(TransportError.FRAME_ENCODING_ERROR, "an offset above 2^62-1");
        }
    }

    private void reset(int type, FrameHandler handler) throws TransportException {
        long id = in.varint();
        long code = in.varint();
        long finalSize = in.varint();
        long reliable = type == FrameType.RESET_STREAM_AT ? in.varint() : 0;
        if (reliable > finalSize) {
            throw new TransportException(TransportError.FRAME_ENCODING_ERROR, "a reliable size above the final size");
        }
        handler.resetStream(id, code, finalSize, reliable);
    }

    private long streams() throws TransportException {
        long streams = in.varint();
        if (streams > MAX_STREAMS) {
            throw new TransportException(TransportError.FRAME_ENCODING_ERROR, "more than 2^60 streams");
        }
        return streams;
    }

    private void newConnectionId(FrameHandler handler) throws TransportException {
        long sequence = in.varint();
        long retirePriorTo = in.varint();
        int length = in.uint8();
        if (length < 1 || length > ConnectionId.MAX_LENGTH || retirePriorTo > sequence) {
            throw new TransportException(TransportError.FRAME_ENCODING_ERROR, "a malformed NEW_CONNECTION_ID");
        }
        ConnectionId id = ConnectionId.of(in.bytes(), in.skip(length), length);
        handler.newConnectionId(sequence, retirePriorTo, id, in.copy(RESET_TOKEN));
    }

    private void close(int type, FrameHandler handler) throws TransportException {
        boolean application = type == FrameType.CONNECTION_CLOSE_APPLICATION;
        long code = in.varint();
        if (!application) {
            in.varint();
        }
        int length = in.length();
        int from = in.skip(length);
        String reason = new String(in.bytes(), from, Math.min(length, MAX_REASON), StandardCharsets.UTF_8);
        handler.connectionClose(application, code, reason);
    }
}
