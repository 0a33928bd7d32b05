/** Delegated routing v1 as a node serves it. */
package libp2p.gateway.routing;
