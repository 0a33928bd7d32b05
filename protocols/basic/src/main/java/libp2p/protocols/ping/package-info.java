/** {@code /ipfs/ping/1.0.0} (libp2p specification, ping): 32 random bytes there and back, as often as one likes. */
package libp2p.protocols.ping;
