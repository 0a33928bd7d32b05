/** Rendezvous points and their clients in simulated time. */
package libp2p.discovery.rendezvous;
