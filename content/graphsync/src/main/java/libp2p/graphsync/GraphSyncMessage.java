package libp2p.graphsync;

import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.UUID;
import libp2p.ipld.Block;
import libp2p.ipld.Node;
import libp2p.multiformats.Cid;
import org.jspecify.annotations.Nullable;

/** One message of GraphSync 2.0: requests of one side, responses and blocks of the other, or both. */
record GraphSyncMessage(List<Request> requests, List<Response> responses, List<Block> blocks) {
    /** The protocol. */
    static final String PROTOCOL = "/ipfs/graphsync/2.0.0";

    enum Type {
        NEW("n"),
        CANCEL("c"),
        UPDATE("u");

        final String code;

        Type(String code) {
            this.code = code;
        }
    }

    /**
     * A request, or a word about one.
     *
     * @param selector as it came, not read yet
     * @param priority higher is sooner
     */
    record Request(
            UUID id,
            Type type,
            long priority,
            @Nullable Cid root,
            @Nullable Node selector,
            SequencedMap<String, Node> extensions) {}

    /** A link of a walk, and what became of it. */
    record Metadatum(Cid link, LinkAction action) {}

    /** A part of the answer to a request. */
    record Response(UUID id, ResponseStatus status, List<Metadatum> metadata, SequencedMap<String, Node> extensions) {}

    static GraphSyncMessage of(Request request) {
        return new GraphSyncMessage(List.of(request), List.of(), List.of());
    }

    static GraphSyncMessage of(Response response, List<Block> blocks) {
        return new GraphSyncMessage(List.of(), List.of(response), new ArrayList<>(blocks));
    }
}
