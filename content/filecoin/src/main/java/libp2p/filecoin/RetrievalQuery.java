package libp2p.filecoin;

import libp2p.ipld.Node;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;
import org.jspecify.annotations.Nullable;

/**
 * A question whether content can be retrieved ({@code /fil/retrieval/qry/1.0.0}).
 *
 * @param payload the root of the content
 * @param piece the piece that should hold it, if that matters
 */
public record RetrievalQuery(Cid payload, @Nullable Cid piece) {
    /** The protocol. */
    public static final String PROTOCOL = "/fil/retrieval/qry/1.0.0";

    static RetrievalQuery from(Node node) {
        Values values = Values.of("Query", node);
        Node params = values.nullable("QueryParams");
        return new RetrievalQuery(
                values.cid("PayloadCID"),
                params == null ? null : Values.of("QueryParams", params).nullableCid("PieceCID"));
    }

    Node node() {
        return Values.map(
                "PayloadCID", new Node.Link(payload), "QueryParams", Values.map("PieceCID", Values.nullable(piece)));
    }

    /**
     * Reads a message; keys may come in any order, and those that are not known are passed over.
     *
     * @throws MalformedException if the bytes are none
     */
    public static RetrievalQuery fromBytes(byte[] bytes) {
        return from(Values.decode(bytes));
    }

    /** The message as DAG-CBOR. */
    public byte[] toBytes() {
        return Values.encode(node());
    }
}
