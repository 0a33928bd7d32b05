package libp2p.http;

/**
 * Bounds of an HTTP request or response head.
 *
 * @param bytes length of the whole head
 * @param lineBytes length of one line of it
 * @param fields header fields in it
 */
public record HeadLimits(int bytes, int lineBytes, int fields) {
    /** The defaults. */
    public static final HeadLimits DEFAULT = new HeadLimits(16 << 10, 8 << 10, 100);
}
