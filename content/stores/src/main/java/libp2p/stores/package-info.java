/**
 * Stores that several nodes share, behind the contracts of blocks and of datastores: {@link
 * libp2p.stores.S3BlockStore}, {@link libp2p.stores.SqlBlockStore} and {@link libp2p.stores.SqlDatastore}. A node that
 * ends loses nothing that was acknowledged, and the others go on.
 *
 * <p>Every node may collect garbage at any time. Leases are recorded in the store, where the collections of all nodes see
 * them, and all times are those of the store; see ADR 18 for the rules and why they are safe.
 */
package libp2p.stores;
