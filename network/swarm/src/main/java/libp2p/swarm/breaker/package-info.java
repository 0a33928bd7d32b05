/**
 * Circuit breakers for peers: a peer that has failed several times in a row is left alone for a while. The dialer has
 * one for each peer that it dials, and an application has its own for what it asks of peers.
 */
package libp2p.swarm.breaker;
