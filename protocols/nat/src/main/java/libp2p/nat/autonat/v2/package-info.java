/**
 * AutoNAT v2 (libp2p specification, autonat/autonat-v2): which addresses of a host others can dial, each by itself,
 * with a nonce that proves the dial and data that pays for it.
 */
package libp2p.nat.autonat.v2;
