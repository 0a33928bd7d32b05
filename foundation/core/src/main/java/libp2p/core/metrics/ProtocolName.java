package libp2p.core.metrics;

/** Groups protocol ids that differ in their version only. */
public final class ProtocolName {
    private ProtocolName() {}

    /**
     * The protocol id without a last segment of digits and dots, for example {@code /ipfs/ping} for {@code
     * /ipfs/ping/1.0.0}.
     */
    public static String of(String protocol) {
        int slash = protocol.lastIndexOf('/');
        String last = protocol.substring(slash + 1);
        boolean version = slash > 0 && !last.isEmpty() && last.chars().allMatch(c -> c == '.' || c >= '0' && c <= '9');
        return version ? protocol.substring(0, slash) : protocol;
    }
}
