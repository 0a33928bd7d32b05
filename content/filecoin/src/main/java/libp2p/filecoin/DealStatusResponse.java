package libp2p.filecoin;

import java.util.UUID;
import libp2p.ipld.Node;
import libp2p.multiformats.MalformedException;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a question about a deal.
 *
 * @param id of the deal
 * @param error why there is no state; empty if there is one
 * @param status the state
 * @param offline whether the data comes another way
 * @param transferSize bytes of the CAR
 * @param received bytes of it that are there
 */
public record DealStatusResponse(
        UUID id, String error, @Nullable DealStatus status, boolean offline, long transferSize, long received) {
    static DealStatusResponse failed(UUID id, String error) {
        return new DealStatusResponse(id, error, null, false, 0, 0);
    }

    static DealStatusResponse from(Node node) {
        Values values = Values.of("DealStatusResponse", node);
        Node status = values.nullable("DealStatus");
        return new DealStatusResponse(
                values.uuid("DealUUID"),
                values.text("Error", DealResponse.MESSAGE),
                status == null ? null : DealStatus.from(status),
                values.flag("IsOffline"),
                values.size("TransferSize"),
                values.size("NBytesReceived"));
    }

    Node node() {
        return Values.map(
                "DealUUID",
                new Node.Bytes(Values.bytes(id)),
                "Error",
                Node.of(error),
                "DealStatus",
                status == null ? new Node.Null() : status.node(),
                "IsOffline",
                new Node.Bool(offline),
                "TransferSize",
                Node.of(transferSize),
                "NBytesReceived",
                Node.of(received));
    }

    /**
     * Reads a message; keys may come in any order, and those that are not known are passed over.
     *
     * @throws MalformedException if the bytes are none
     */
    public static DealStatusResponse fromBytes(byte[] bytes) {
        return from(Values.decode(bytes));
    }

    /** The message as DAG-CBOR. */
    public byte[] toBytes() {
        return Values.encode(node());
    }
}
