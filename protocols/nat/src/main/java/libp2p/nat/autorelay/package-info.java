/** Finds relays for a host that others cannot dial, and keeps places at a few of them. */
package libp2p.nat.autorelay;
