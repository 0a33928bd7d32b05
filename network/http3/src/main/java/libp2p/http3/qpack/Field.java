package libp2p.http3.qpack;

/**
 * A field line (RFC 9110, section 5): a header field, or a pseudo-header field whose name begins with a colon.
 *
 * @param name in lower case
 * @param value one character a byte
 */
public record Field(String name, String value) {
    private static final int OVERHEAD = 32;

    /** Its size as bounds count it (RFC 9114, section 4.2.2). */
    int size() {
        return name.length() + value.length() + OVERHEAD;
    }
}
