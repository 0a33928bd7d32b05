/**
 * The connection manager: closes the connections that are worth least when there are too many, and keeps those that the
 * application asked for. One thread per manager follows the connectedness events, one thread per kept peer dials; all
 * end with {@code close}. Bounds are in {@link libp2p.swarm.connmgr.TrimmingLimits}.
 */
package libp2p.swarm.connmgr;
