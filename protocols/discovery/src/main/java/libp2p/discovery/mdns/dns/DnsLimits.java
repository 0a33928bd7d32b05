package libp2p.discovery.mdns.dns;

/** Bounds of a message. */
public final class DnsLimits {
    /** Bytes of the longest message that is read (RFC 6762 section 17). */
    public static final int MESSAGE_BYTES = 9_000;

    /** Questions of one message. */
    public static final int QUESTIONS = 64;

    /** Records of one message, in all sections together. */
    public static final int RECORDS = 512;

    /** Bytes of a name, with the lengths of its labels (RFC 1035 section 2.3.4). */
    public static final int NAME_BYTES = 255;

    /** Bytes of a label. */
    public static final int LABEL_BYTES = 63;

    /** Bytes of all names of one message after they are expanded; compressed they may be a thousandth of that. */
    public static final int EXPANDED_BYTES = 64 * 1024;

    /** Strings of one TXT record. */
    public static final int TEXTS = 128;

    private DnsLimits() {}
}
