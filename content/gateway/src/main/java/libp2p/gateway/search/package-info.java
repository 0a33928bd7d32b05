/** The places of the searches in the network that clients of a gateway cause. */
package libp2p.gateway.search;
