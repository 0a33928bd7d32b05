/**
 * Announcing many keys: when each is due, and the peers of a whole region of the keyspace looked up at once. Without
 * threads and messages of its own, so that networks of a model can be swept as well as real ones.
 */
package libp2p.kad.provide;
