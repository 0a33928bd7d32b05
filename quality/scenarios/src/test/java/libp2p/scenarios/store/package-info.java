/** Random histories of a store of content, its crashes and its damages, beside a plain map of what has to be there. */
@org.jspecify.annotations.NullMarked
package libp2p.scenarios.store;
