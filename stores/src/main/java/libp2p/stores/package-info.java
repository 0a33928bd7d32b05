/**
 * Stores that several nodes share, behind the contracts of blocks and of datastores: {@link
 * libp2p.stores.S3BlockStore}, {@link libp2p.stores.SqlBlockStore} and {@link libp2p.stores.SqlDatastore}. A node that
 * ends loses nothing that was acknowledged, and the others go on.
 *
 * <p>Garbage collection on one node does not know the writers of the others. Blocks that were written within a time of
 * grace are therefore never deleted: an import must pin its root within that time.
 */
package libp2p.stores;
