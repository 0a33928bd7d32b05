/**
 * Direct connection upgrade through relay (libp2p specification, relay/DCUtR): two peers behind routers that are
 * connected through a relay dial each other at the same moment, so that each router takes the other's packets for
 * answers.
 */
package libp2p.nat.dcutr;
