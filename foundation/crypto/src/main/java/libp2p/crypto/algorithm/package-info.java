/** Types that engines share with their users: the AEADs, and the source of randomness. */
@org.jspecify.annotations.NullMarked
package libp2p.crypto.algorithm;
