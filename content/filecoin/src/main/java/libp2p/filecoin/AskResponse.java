package libp2p.filecoin;

import libp2p.ipld.Node;
import libp2p.multiformats.MalformedException;
import org.jspecify.annotations.Nullable;

/**
 * The price and the sizes that a provider asks for.
 *
 * @param ask null if it is not the one that was asked about
 */
public record AskResponse(@Nullable SignedStorageAsk ask) {
    /**
     * Reads a message; keys may come in any order, and those that are not known are passed over.
     *
     * @throws MalformedException if the bytes are none
     */
    public static AskResponse fromBytes(byte[] bytes) {
        Node ask = Values.of("AskResponse", Values.decode(bytes)).nullable("Ask");
        return new AskResponse(ask == null ? null : SignedStorageAsk.from(ask));
    }

    /** The message as DAG-CBOR. */
    public byte[] toBytes() {
        return Values.encode(Values.map("Ask", ask == null ? new Node.Null() : ask.node()));
    }
}
