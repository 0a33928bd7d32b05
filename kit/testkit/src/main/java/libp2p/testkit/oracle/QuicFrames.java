package libp2p.testkit.oracle;

/**
 * Reads the frames of a packet.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9000#section-19">RFC 9000, section 19</a>
 */
final class QuicFrames {
    static final long RESET_STREAM = 0x04;
    static final long STOP_SENDING = 0x05;
    static final long MAX_DATA = 0x10;
    static final long MAX_STREAM_DATA = 0x11;
    static final long MAX_STREAMS_BIDI = 0x12;
    static final long MAX_STREAMS_UNI = 0x13;
    private static final int PADDING = 0x00;
    private static final int PING = 0x01;
    private static final int ACK = 0x02;
    private static final int ACK_ECN = 0x03;
    private static final int CRYPTO = 0x06;
    private static final int NEW_TOKEN = 0x07;
    private static final int STREAM = 0x08;
    private static final int LAST_STREAM = 0x0f;
    private static final int STREAM_OFFSET = 0x04;
    private static final int STREAM_LENGTH = 0x02;
    private static final int STREAM_FIN = 0x01;
    private static final int NEW_CONNECTION_ID = 0x18;
    private static final int RETIRE_CONNECTION_ID = 0x19;
    private static final int PATH_CHALLENGE = 0x1a;
    private static final int PATH_RESPONSE = 0x1b;
    private static final int CLOSE = 0x1c;
    private static final int HANDSHAKE_DONE = 0x1e;
    private static final int RESET_STREAM_AT = 0x24;
    private static final int DATAGRAM = 0x30;
    private static final int DATAGRAM_LENGTH = 0x31;
    private static final int RESET_TOKEN = 16;

    /** Takes what the frames say. */
    interface Reader {
        void acknowledged(long from, long to);

        void stream(long id, long offset, long length, boolean last);

        void reset(long type, long id, long finalSize);

        void stopSending(long id);

        /** MAX_DATA, MAX_STREAM_DATA and MAX_STREAMS; the stream is 0 where the frame names none. */
        void credit(long type, long stream, long value);

        /** A frame that is sent until it is acknowledged, with the number that tells it from others of its type. */
        void other(long type, long id);
    }

    private final byte[] bytes;
    private final int end;
    private final Reader reader;
    private int at;

    private QuicFrames(byte[] bytes, int from, int end, Reader reader) {
        this.bytes = bytes;
        this.at = from;
        this.end = end;
        this.reader = reader;
    }

    /** Reads until the end, or to a frame whose type is not known. */
    static void read(byte[] bytes, int from, int length, Reader reader) {
        QuicFrames frames = new QuicFrames(bytes, from, from + length, reader);
        while (frames.at < frames.end && frames.next()) {
            // to the next
        }
    }

    private long varint() {
        int first = bytes[at] & 0xff;
        int length = 1 << (first >>> 6);
        long value = first & 0x3f;
        for (int i = 1; i < length; i++) {
            value = value << 8 | bytes[at + i] & 0xff;
        }
        at += length;
        return value;
    }

    private boolean next() {
        long type = varint();
        if (type >= STREAM && type <= LAST_STREAM) {
            stream((int) type);
            return true;
        }
        switch ((int) type) {
            case PADDING, PING -> {}
            case ACK, ACK_ECN -> acknowledged(type == ACK_ECN);
            case RESET_STREAM_AT, (int) RESET_STREAM -> {
                long id = varint();
                varint();
                long size = varint();
                if (type == RESET_STREAM_AT) {
                    varint();
                }
                reader.reset(type, id, size);
            }
            case (int) STOP_SENDING -> {
                long id = varint();
                varint();
                reader.stopSending(id);
            }
            case CRYPTO -> {
                varint();
                skip();
            }
            case NEW_TOKEN -> {
                reader.other(type, 0); // another token does as well
                skip();
            }
            case (int) MAX_DATA, (int) MAX_STREAMS_BIDI, (int) MAX_STREAMS_UNI -> reader.credit(type, 0, varint());
            case (int) MAX_STREAM_DATA -> {
                long id = varint();
                reader.credit(type, id, varint());
            }
            case 0x14, 0x16, 0x17 -> varint(); // how much is lacking
            case 0x15 -> {
                varint();
                varint();
            }
            case NEW_CONNECTION_ID -> {
                long number = varint();
                varint();
                int length = bytes[at++] & 0xff;
                at += length + RESET_TOKEN;
                reader.other(type, number);
            }
            case RETIRE_CONNECTION_ID -> reader.other(type, varint());
            case PATH_CHALLENGE, PATH_RESPONSE -> at += Long.BYTES;
            case CLOSE -> {
                varint();
                varint();
                skip();
            }
            case CLOSE + 1 -> {
                varint();
                skip();
            }
            case HANDSHAKE_DONE -> reader.other(type, 0);
            case DATAGRAM -> at = end;
            case DATAGRAM_LENGTH -> skip();
            default -> {
                return false;
            }
        }
        return true;
    }

    private void skip() {
        long length = varint();
        at += (int) length;
    }

    private void stream(int type) {
        long id = varint();
        long offset = (type & STREAM_OFFSET) == 0 ? 0 : varint();
        long length = (type & STREAM_LENGTH) == 0 ? end - at : varint();
        at += (int) length;
        reader.stream(id, offset, length, (type & STREAM_FIN) != 0);
    }

    private void acknowledged(boolean ecn) {
        long largest = varint();
        varint();
        long ranges = varint();
        long smallest = largest - varint();
        reader.acknowledged(smallest, largest);
        for (long i = 0; i < ranges; i++) {
            long to = smallest - varint() - 2;
            smallest = to - varint();
            reader.acknowledged(smallest, to);
        }
        if (ecn) {
            varint();
            varint();
            varint();
        }
    }
}
