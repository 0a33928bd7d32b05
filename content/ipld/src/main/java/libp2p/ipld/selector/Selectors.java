package libp2p.ipld.selector;

/**
 * Selectors that are often used. Not constants of {@link Selector}: a thread that first makes a selector initialises its
 * interface, and would wait for ever for one that first uses the interface and makes its constants.
 */
public final class Selectors {
    /** Everything below a root, nothing matched. */
    public static final Selector ALL = new Selector.ExploreRecursive(
            new Selector.ExploreAll(new Selector.ExploreRecursiveEdge()), Selector.Limit.NONE, null);

    /** The root alone. */
    public static final Selector MATCH = new Selector.Matcher(null, null, null);

    private Selectors() {}
}
