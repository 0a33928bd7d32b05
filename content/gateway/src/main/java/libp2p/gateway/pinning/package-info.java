/** The pinning service API as a node serves it. */
package libp2p.gateway.pinning;
