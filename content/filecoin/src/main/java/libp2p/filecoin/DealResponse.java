package libp2p.filecoin;

import libp2p.ipld.Node;
import libp2p.multiformats.MalformedException;

/**
 * The answer to a proposal.
 *
 * @param accepted whether the provider takes the deal
 * @param message why not; empty if it does
 */
public record DealResponse(boolean accepted, String message) {
    /** Characters of a message that is read. */
    static final int MESSAGE = 8192;

    static DealResponse from(Node node) {
        Values values = Values.of("DealResponse", node);
        return new DealResponse(values.flag("Accepted"), values.text("Message", MESSAGE));
    }

    Node node() {
        return Values.map("Accepted", new Node.Bool(accepted), "Message", Node.of(message));
    }

    /**
     * Reads a message; keys may come in any order, and those that are not known are passed over.
     *
     * @throws MalformedException if the bytes are none
     */
    public static DealResponse fromBytes(byte[] bytes) {
        return from(Values.decode(bytes));
    }

    /** The message as DAG-CBOR. */
    public byte[] toBytes() {
        return Values.encode(node());
    }
}
