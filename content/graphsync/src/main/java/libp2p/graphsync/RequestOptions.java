package libp2p.graphsync;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import libp2p.ipld.Node;
import libp2p.multiformats.Cid;

/**
 * Options of a request for a DAG.
 *
 * @param priority among the requests of this host to the peer; higher is sooner
 * @param have blocks that the peer is told not to send, beside those that are here
 * @param extensions that the peer is told
 */
public record RequestOptions(long priority, List<Cid> have, SequencedMap<String, Node> extensions) {
    /** Nothing special. */
    public static final RequestOptions DEFAULT = new RequestOptions(0, List.of(), new LinkedHashMap<>());

    /** With another priority. */
    public RequestOptions withPriority(long other) {
        return new RequestOptions(other, have, extensions);
    }

    /** With blocks that are not to be sent. */
    public RequestOptions without(List<Cid> cids) {
        return new RequestOptions(priority, List.copyOf(cids), extensions);
    }

    /** With one extension more. */
    public RequestOptions with(String extension, Node value) {
        SequencedMap<String, Node> more = new LinkedHashMap<>(extensions);
        more.put(extension, value);
        return new RequestOptions(priority, have, more);
    }
}
