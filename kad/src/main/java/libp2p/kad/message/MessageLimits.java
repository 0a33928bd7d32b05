package libp2p.kad.message;

/**
 * The bounds of one message. They hold before anything is built from it.
 *
 * @param bytes of a message, its length not counted; go takes 4 MiB, rust 16 KiB unless configured, so what we send
 *     stays far below
 * @param fields of a message and of all messages inside it
 * @param key bytes of a key that is asked for or of a record
 * @param value bytes of the value of a record
 * @param peers in each of the two lists; more are left out
 * @param addresses of one peer; more are left out
 * @param peerBytes bytes of one peer with its addresses and record; a longer one is left out
 */
public record MessageLimits(int bytes, int fields, int key, int value, int peers, int addresses, int peerBytes) {
    /** The defaults: 1 MiB messages, 64 KiB values, twice k peers with 32 addresses and 8 KiB each. */
    public static final MessageLimits DEFAULT = new MessageLimits(1 << 20, 8192, 512, 64 * 1024, 40, 32, 8192);
}
