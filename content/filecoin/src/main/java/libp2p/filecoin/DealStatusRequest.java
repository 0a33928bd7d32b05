package libp2p.filecoin;

import java.util.UUID;
import libp2p.ipld.Node;
import libp2p.multiformats.MalformedException;

/**
 * A question about a deal ({@code /fil/storage/status/1.2.0}).
 *
 * @param id of the deal
 * @param signature of the client over the 16 bytes of the id
 */
public record DealStatusRequest(UUID id, WalletSignature signature) {
    /** The protocol. */
    public static final String PROTOCOL = "/fil/storage/status/1.2.0";

    /** Asks about a deal of a wallet. */
    public static DealStatusRequest signed(UUID id, Wallet wallet) {
        return new DealStatusRequest(id, wallet.sign(Values.bytes(id)));
    }

    /** Whether the client of a deal asks. */
    boolean isOf(FilecoinAddress client) {
        return signature.holds(client, Values.bytes(id));
    }

    static DealStatusRequest from(Node node) {
        Values values = Values.of("DealStatusRequest", node);
        return new DealStatusRequest(values.uuid("DealUUID"), values.signature("Signature"));
    }

    Node node() {
        return Values.map(
                "DealUUID", new Node.Bytes(Values.bytes(id)), "Signature", new Node.Bytes(signature.toBytes()));
    }

    /**
     * Reads a message; keys may come in any order, and those that are not known are passed over.
     *
     * @throws MalformedException if the bytes are none
     */
    public static DealStatusRequest fromBytes(byte[] bytes) {
        return from(Values.decode(bytes));
    }

    /** The message as DAG-CBOR. */
    public byte[] toBytes() {
        return Values.encode(node());
    }
}
