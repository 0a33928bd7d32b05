/** Rules about addresses: the public ones, those of one network, and those that lead through a relay. */
package libp2p.nat.address;
