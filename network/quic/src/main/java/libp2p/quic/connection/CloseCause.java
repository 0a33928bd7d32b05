package libp2p.quic.connection;

/**
 * Why a connection is over.
 *
 * @param code of the transport or the application
 * @param application whose code it is
 * @param remote whether the remote has ended it
 * @param text for people; of this side, or escaped
 * @param cause what went wrong, or null
 */
public record CloseCause(
        long code,
        boolean application,
        boolean remote,
        String text,
        @org.jspecify.annotations.Nullable Throwable cause) {

    /** A text of the remote as it may be shown: what is not printable ASCII is written as its number. */
    public static String escape(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints()
                .forEach(c -> shown.append(
                        c >= ' ' && c < 0x7f && c != '\\' ? Character.toString(c) : "\\u%04x".formatted(c)));
        return shown.toString();
    }
}
