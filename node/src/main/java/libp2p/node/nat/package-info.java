/** The part of the program about routers: options, events and {@code p2p reachability}. */
package libp2p.node.nat;
