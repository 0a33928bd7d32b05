/**
 * The datastores behind {@link libp2p.core.datastore.Datastore}. {@link libp2p.storage.FileDatastore} keeps its entries
 * in one file (docs/adr/0007-storage.md says why so); {@link libp2p.storage.MemoryDatastore} forgets. Bounds: {@link
 * DatastoreLimits}.
 */
package libp2p.storage;
