package libp2p.transports.webtransport;

import libp2p.core.connection.ErrorCode;

/**
 * The codes of streams, which applications have as numbers of 32 bits and HTTP/3 in a range of its own that leaves its
 * reserved numbers out (draft-ietf-webtrans-http3, section 4.4).
 */
final class StreamCodes {
    private static final long FIRST = 0x52e4a40fa8dbL;
    private static final long LAST = 0x52e5ac983162L;
    private static final int GAP = 0x1e;
    private static final long RESERVED = 0x21;

    private StreamCodes() {}

    /** The code on the wire. */
    static long toWire(long code) {
        return FIRST + code + code / GAP;
    }

    /** The code of the application; one that stands for none of them is out of range. */
    static long fromWire(long wire) {
        if (wire < FIRST || wire > LAST || (wire - RESERVED) % (GAP + 1) == 0) {
            return ErrorCode.STREAM_CODE_OUT_OF_RANGE;
        }
        long shifted = wire - FIRST;
        return shifted - shifted / (GAP + 1);
    }
}
