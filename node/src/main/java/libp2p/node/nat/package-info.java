/** What the program says and asks about routers: options, events and {@code p2p reachability}. */
package libp2p.node.nat;
