/** Which addresses count as public, as the same network, and as leading through a relay. */
package libp2p.nat.address;
