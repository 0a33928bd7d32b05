package libp2p.node.content;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import libp2p.fetch.Fetcher;
import libp2p.ipld.traversal.PathResolver;
import libp2p.node.control.Operation;

/** All commands on content, by their paths. */
final class ContentOperations {
    private ContentOperations() {}

    /** @param folder of the store, as it is told */
    static Map<String, Operation> of(ContentAccess access, String folder) {
        Map<String, Operation> operations = new LinkedHashMap<>();
        new FileOperations(access).addTo(operations);
        new BlockOperations(access).addTo(operations);
        new PinOperations(access).addTo(operations);
        new RepoOperations(access, folder).addTo(operations);
        new NameOperations(access.names(), path -> check(access, path)).addTo(operations);
        return operations;
    }

    private static void check(ContentAccess access, String path) throws IOException {
        String immutable = access.immutable(path, PeerChoice.PATIENCE);
        try (Fetcher fetcher = access.fetcher(List.of(), PeerChoice.PATIENCE, List.of(), ContentAccess.Via.BITSWAP)) {
            new PathResolver(fetcher).resolve(immutable);
        }
    }
}
