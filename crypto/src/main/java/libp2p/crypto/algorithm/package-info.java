/** What engines and their users agree on: the AEADs, and where randomness comes from. */
@org.jspecify.annotations.NullMarked
package libp2p.crypto.algorithm;
