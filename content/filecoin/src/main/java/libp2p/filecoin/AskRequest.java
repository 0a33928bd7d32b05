package libp2p.filecoin;

import libp2p.ipld.Node;
import libp2p.multiformats.MalformedException;

/**
 * A question what a provider asks for ({@code /fil/storage/ask/1.1.0}).
 *
 * @param miner the provider
 */
public record AskRequest(FilecoinAddress miner) {
    /**
     * Reads a message; keys may come in any order, and those that are not known are passed over.
     *
     * @throws MalformedException if the bytes are none
     */
    public static AskRequest fromBytes(byte[] bytes) {
        return new AskRequest(Values.of("AskRequest", Values.decode(bytes)).address("Miner"));
    }

    /** The message as DAG-CBOR. */
    public byte[] toBytes() {
        return Values.encode(Values.map("Miner", new Node.Bytes(miner.toBytes())));
    }
}
