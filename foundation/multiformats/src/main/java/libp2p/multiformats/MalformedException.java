package libp2p.multiformats;

/**
 * Bytes or text that are not a valid value of the format, or exceed one of its {@link MultiformatsLimits}. The message says which
 * format, what is wrong and where; text of strangers appears in it only escaped and shortened, so it can be logged.
 */
public class MalformedException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /**
     * An exception with a message.
     *
     * @param message what is wrong and where; must not contain unescaped foreign text, see {@link #quote}
     */
    public MalformedException(String message) {
        super(message);
    }

    /**
     * Foreign text made safe for messages and logs: in double quotes, with everything but printable ASCII escaped as
     * <code>\</code><code>uXXXX</code>, and cut after {@link MultiformatsLimits#QUOTED_TEXT} characters.
     *
     * @param text any text
     * @return the quoted text
     */
    public static String quote(CharSequence text) {
        return quote(text, MultiformatsLimits.QUOTED_TEXT);
    }

    /**
     * As {@link #quote(CharSequence)}, for a reason that another program gives in words.
     *
     * @param most characters that are shown
     */
    public static String quote(CharSequence text, int most) {
        int shown = Math.min(text.length(), most);
        var quoted = new StringBuilder(shown + 16).append('"');
        for (int i = 0; i < shown; i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c >= ' ' && c < 0x7f) {
                quoted.append(c);
            } else {
                quoted.append("\\u");
                for (int shift = 12; shift >= 0; shift -= 4) {
                    quoted.append(Character.forDigit((c >> shift) & 0xf, 16));
                }
            }
        }
        quoted.append('"');
        if (shown < text.length()) {
            quoted.append(" (").append(text.length()).append(" characters)");
        }
        return quoted.toString();
    }
}
