/** Reaching and being reached from behind routers, put together as one family of protocols. */
package libp2p.nat;
