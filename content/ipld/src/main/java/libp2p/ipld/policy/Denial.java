package libp2p.ipld.policy;

/**
 * The rule that denies some content.
 *
 * @param list that has the rule, by its name
 * @param line of the rule in the list, from 1
 * @param hints of the rule as the list writes them, such as {@code reason:malware}; empty if there are none
 */
public record Denial(String list, int line, String hints) {
    /** The reason as it is told to those who asked; printable. */
    public String reason() {
        return "blocked by the denylist " + list + ", line " + line + (hints.isEmpty() ? "" : " (" + hints + ")");
    }
}
