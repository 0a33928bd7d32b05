package libp2p.node.host;

/**
 * Makes strangers' text harmless where people read it: a terminal obeys control characters, and bidirectional and
 * invisible ones show what is not there.
 */
public final class Printable {
    private static final int ARABIC_MARK = 0x061c;
    private static final int BYTE_ORDER_MARK = 0xfeff;

    private Printable() {}

    /** The text with everything that does not show as itself written as {@code \\uXXXX}, line ends too. */
    public static String of(String text) {
        return escaped(text, false);
    }

    /** As {@link #of}, but lines end as they do: for messages of our own that may hold a stranger's words. */
    public static String lines(String text) {
        return escaped(text, true);
    }

    private static String escaped(String text, boolean lines) {
        StringBuilder out = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean kept = !isHarmful(text, i) || (lines && (c == '\n' || c == '\t'));
            if (!kept && out == null) {
                out = new StringBuilder(text.length() + 16).append(text, 0, i);
            }
            if (out != null) {
                out.append(kept ? String.valueOf(c) : "\\u%04x".formatted((int) c));
            }
        }
        return out == null ? text : out.toString();
    }

    /**
     * Whether the character at an index is a control (C0, DEL, C1), a bidirectional or invisible one, or half of a
     * pair.
     */
    public static boolean isHarmful(String text, int index) {
        char c = text.charAt(index);
        if (Character.isHighSurrogate(c)) {
            return index + 1 == text.length() || !Character.isLowSurrogate(text.charAt(index + 1));
        }
        if (Character.isLowSurrogate(c)) {
            return index == 0 || !Character.isHighSurrogate(text.charAt(index - 1));
        }
        return Character.isISOControl(c)
                || (c >= 0x200b && c <= 0x200f) // zero width, and marks of direction
                || (c >= 0x2028 && c <= 0x202e) // separators of lines, embeddings and overrides
                || (c >= 0x2060 && c <= 0x206f) // word joiner, isolates
                || c == ARABIC_MARK
                || c == BYTE_ORDER_MARK;
    }
}
