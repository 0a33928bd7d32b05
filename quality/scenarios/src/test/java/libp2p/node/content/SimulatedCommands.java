package libp2p.node.content;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Map;
import libp2p.Limits;
import libp2p.core.environment.Environment;
import libp2p.ipfs.Repository;
import libp2p.ipld.ContentException;
import libp2p.ipld.policy.ContentPolicy;
import libp2p.node.control.ControlClient;
import libp2p.node.control.ControlHandler;
import libp2p.node.control.MultipartBody;
import libp2p.node.control.Query;

/** Does commands as a node does those that it is sent, on a repository of any environment and file system. */
public final class SimulatedCommands {
    private SimulatedCommands() {}

    /** The commands on a repository, by which no peer is asked. */
    private static ControlClient on(Environment environment, Repository store) {
        ContentAccess access = new ContentAccess(
                environment,
                Limits.ofThisMachine(),
                store,
                store.blocks(),
                () -> {
                    throw new ContentException("no peer is asked");
                },
                roots -> false,
                ContentAccess.Peers.NAMED,
                ContentPolicy.OPEN);
        return ControlClient.here(environment, new ControlHandler(Map.copyOf(ContentOperations.of(access, ""))));
    }

    /**
     * Does one command; blocks.
     *
     * @param path of the command below that of Kubo's RPC
     * @throws IOException that of the command; also a {@link ContentException} if peers would have to be asked
     */
    public static void run(Environment environment, Repository store, String path, Query query) throws IOException {
        on(environment, store).lines(ControlHandler.KUBO + path, query, line -> {});
    }

    /**
     * Does one command on a file; blocks.
     *
     * @param path of the command below that of Kubo's RPC
     * @throws IOException that of the command
     */
    public static void run(Environment environment, Repository store, String path, Query query, byte[] file)
            throws IOException {
        try (MultipartBody body = MultipartBody.of(environment, new ByteArrayInputStream(file))) {
            on(environment, store).lines(ControlHandler.KUBO + path, query, body, line -> {});
        }
    }
}
