package libp2p.blocks;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.datastore.Datastore;
import libp2p.core.environment.Environment;
import libp2p.multiformats.Multihash;
import libp2p.storage.MemoryDatastore;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;

class LocationIndexTest {
    private final Environment environment = SystemEnvironment.shared();

    /** A look-up of several blocks of which memory has some, which it forgets in the middle. */
    @Test
    void aPlaceThatGoesFromMemoryToTheDatastoreIsFound() throws Exception {
        MemoryDatastore datastore = new MemoryDatastore();
        Runnable[] meanwhile = {() -> {}};
        Datastore watched = (Datastore) Proxy.newProxyInstance(
                Datastore.class.getClassLoader(), new Class<?>[] {Datastore.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("get")) {
                        meanwhile[0].run();
                    }
                    return method.invoke(datastore, arguments);
                });
        BlockIndex index = new BlockIndex(environment, watched);
        index.load();
        LocationIndex locations = new LocationIndex(environment, index, new ReentrantLock(), () -> {});
        Multihash here = Multihash.sha256(new byte[] {1});
        Multihash other = Multihash.sha256(new byte[] {2});
        Location place = new Location(0, 100, 10);
        index.set(here, null, place);
        index.save(index.snapshot(0, 200));
        meanwhile[0] = () -> {
            if (index.isSaving()) {
                index.saved(Set.of());
            }
        };

        assertThat(locations.locateAll(List.of(here, other)).locations()).isEqualTo(Map.of(here, place));

        assertThat(index.isSaving()).isFalse();
        assertThat(locations.locate(here)).isEqualTo(place);
    }
}
