/**
 * Mistakes of kinds that other stacks have had, planted into the product one at a time: the check that ends every
 * scenario ({@link libp2p.testkit.World}) finds them.
 */
package libp2p.scenarios.planted;
