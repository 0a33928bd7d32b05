package libp2p.muxers.mplex;

/** The kinds of mplex messages: the low three bits of the header, above which stands the stream id. */
final class Frame {
    static final int NEW_STREAM = 0;
    static final int MESSAGE_RECEIVER = 1;
    static final int MESSAGE_INITIATOR = 2;
    static final int CLOSE_RECEIVER = 3;
    static final int CLOSE_INITIATOR = 4;
    static final int RESET_RECEIVER = 5;
    static final int RESET_INITIATOR = 6;

    /** Largest stream id, so that a header fits into nine bytes. */
    static final long LARGEST_ID = (1L << 60) - 1;

    /** Largest payload that is sent; with its header it fits into a noise record. */
    static final int PAYLOAD = 65519 - 12;

    private static final int FLAG_BITS = 3;

    private Frame() {}

    static long header(int flag, long id) {
        return id << FLAG_BITS | flag;
    }

    static int flag(long header) {
        return (int) header & ((1 << FLAG_BITS) - 1);
    }

    static long id(long header) {
        return header >>> FLAG_BITS;
    }

    /** The kind for a stream, given the one for a stream that the other side opened. */
    static int flag(int receiverFlag, boolean outbound) {
        return outbound ? receiverFlag + 1 : receiverFlag;
    }

    /** Whether a message is for a stream that the sender of the message opened. */
    static boolean isFromInitiator(int flag) {
        return (flag & 1) == 0;
    }
}
