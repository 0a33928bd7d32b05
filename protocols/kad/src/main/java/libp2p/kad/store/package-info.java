/**
 * The stores of a server in a datastore, for others and for itself: records, providers, the keys that this
 * host provides, and the peers of its routing table. Everything is bounded and expires; times are those of the wall
 * clock, since they have to hold over restarts.
 */
package libp2p.kad.store;
