package libp2p.muxers.yamux;

/**
 * The twelve bytes in front of every frame, as one {@code long} (version, type, flags, stream id) and one {@code int}
 * (the length, unsigned), so that no object is made of them.
 */
final class Frame {
    static final int HEADER = 12;
    static final int VERSION = 0;

    static final int DATA = 0;
    static final int WINDOW_UPDATE = 1;
    static final int PING = 2;
    static final int GO_AWAY = 3;

    static final int SYN = 1;
    static final int ACK = 2;
    static final int FIN = 4;
    static final int RST = 8;
    static final int FLAGS = SYN | ACK | FIN | RST;

    /** Codes of GO_AWAY that yamux itself defines. */
    static final long NORMAL = 0;

    static final long PROTOCOL_ERROR = 1;
    static final long INTERNAL_ERROR = 2;

    /**
     * Largest payload that is sent: with its header it fills a noise record of 65519 bytes, and it stays below the 64
     * KiB that other implementations use.
     */
    static final int PAYLOAD = 65519 - HEADER;

    private Frame() {}

    /** The first eight bytes. */
    static long head(int type, int flags, long id) {
        return (long) type << 48 | (long) flags << 32 | id;
    }

    static int version(long head) {
        return (int) (head >>> 56);
    }

    static int type(long head) {
        return (int) (head >>> 48) & 0xff;
    }

    static int flags(long head) {
        return (int) (head >>> 32) & 0xffff;
    }

    static long id(long head) {
        return head & 0xffff_ffffL;
    }
}
