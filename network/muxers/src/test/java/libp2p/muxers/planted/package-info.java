/**
 * Mistakes planted into the product's own classes that hand bytes from thread to thread, and how many seeds show them.
 */
package libp2p.muxers.planted;
