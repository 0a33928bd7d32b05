/**
 * Block stores, pins and garbage collection.
 *
 * <p>The package has more than 25 classes because the log, its index and its compaction share the lock of their store,
 * which no code outside may see.
 */
package libp2p.blocks;
