package libp2p.node.content;

import java.io.IOException;
import java.nio.file.Path;
import libp2p.Limits;
import libp2p.blocks.BlockStoreLimits;
import libp2p.core.environment.Environment;
import libp2p.ipfs.Repository;
import libp2p.ipld.policy.ContentPolicy;
import libp2p.node.control.ControlClient;
import libp2p.node.control.ControlHandler;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A test of commands on a store of this process, which has no host. */
abstract class LocalStoreTest {
    @TempDir
    Path folder;

    Repository store;
    /** The commands on the store. */
    ControlClient node;

    @BeforeEach
    void open() throws IOException {
        Environment environment = SystemEnvironment.shared();
        store = Repository.open(environment, folder.resolve("store"), BlockStoreLimits.DEFAULT);
        ContentAccess access = new ContentAccess(
                environment,
                Limits.ofThisMachine(),
                store,
                store.blocks(),
                () -> {
                    throw new IOException("no host");
                },
                roots -> false,
                ContentAccess.Peers.NAMED,
                policy());
        node = ControlClient.here(environment, new ControlHandler(ContentOperations.of(access, "here")));
    }

    /** What the commands neither get nor give. */
    ContentPolicy policy() {
        return ContentPolicy.OPEN;
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }
}
