package libp2p.storage;

import libp2p.contracts.datastore.DatastoreContract;
import libp2p.core.datastore.Datastore;

class MemoryDatastoreTest extends DatastoreContract {
    @Override
    protected Datastore open() {
        return new MemoryDatastore();
    }
}
