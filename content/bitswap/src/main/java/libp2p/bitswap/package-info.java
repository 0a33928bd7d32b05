/** Bitswap 1.0 to 1.2: asks peers for blocks, and gives them those of a store. */
package libp2p.bitswap;
