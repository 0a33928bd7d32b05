package libp2p.auth;

/**
 * The bounds of this module.
 *
 * @param rules of one list
 * @param protocolLength characters of a pattern of protocols
 * @param fileBytes of a file with rules
 */
record Limits(int rules, int protocolLength, int fileBytes) {
    static final Limits DEFAULT = new Limits(1024, 512, 1 << 20);
}
