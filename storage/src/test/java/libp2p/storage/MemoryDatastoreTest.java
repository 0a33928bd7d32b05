package libp2p.storage;

import libp2p.core.datastore.Datastore;

class MemoryDatastoreTest extends DatastoreContract {
    @Override
    Datastore open() {
        return new MemoryDatastore();
    }
}
