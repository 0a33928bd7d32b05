package libp2p.denylist;

/**
 * A rule that ends with a star.
 *
 * @param prefix of the paths that it fits, without a slash at either end
 * @param value see {@link Rule}
 */
record PrefixRule(String prefix, long value) {}
