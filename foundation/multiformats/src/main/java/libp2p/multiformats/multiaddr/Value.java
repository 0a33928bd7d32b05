package libp2p.multiformats.multiaddr;

/**
 * Text and bytes of the value of a protocol. The messages of its {@link
 * libp2p.multiformats.MalformedException}s say only what is wrong; the caller adds protocol, value and place.
 */
interface Value {
    /** Appends the bytes of the characters {@code from} to {@code to}; {@link #check} follows. */
    void parse(String text, int from, int to, Sink out);

    /** Refuses bytes, of the right length and not empty, that are no value. */
    void check(byte[] in, int from, int to);

    /** Appends the canonical text of checked bytes. */
    void print(byte[] in, int from, int to, StringBuilder out);
}
