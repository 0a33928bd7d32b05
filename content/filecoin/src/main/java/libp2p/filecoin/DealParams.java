package libp2p.filecoin;

import java.util.UUID;
import libp2p.ipld.Node;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;

/**
 * The proposal of a client ({@code /fil/storage/mk/1.2.1}; 1.2.0 lacks the last two fields).
 *
 * @param id of the deal, drawn by the client
 * @param offline whether the data comes another way than by the transfer
 * @param signed the terms
 * @param root of the DAG in the CAR
 * @param transfer where the CAR is
 * @param removeUnsealed whether the provider need not keep the data beside its sealed form
 * @param skipAnnounce whether the provider tells no indexer
 */
public record DealParams(
        UUID id,
        boolean offline,
        ClientDealProposal signed,
        Cid root,
        DealTransfer transfer,
        boolean removeUnsealed,
        boolean skipAnnounce) {
    /** The protocol of proposals. */
    public static final String PROTOCOL = "/fil/storage/mk/1.2.1";

    /** The protocol before it. */
    public static final String PROTOCOL_120 = "/fil/storage/mk/1.2.0";

    static DealParams from(Node node) {
        Values values = Values.of("DealParams", node);
        return new DealParams(
                values.uuid("DealUUID"),
                values.flag("IsOffline"),
                ClientDealProposal.from(values.node("ClientDealProposal")),
                values.cid("DealDataRoot"),
                DealTransfer.from(values.node("Transfer")),
                values.flag("RemoveUnsealedCopy"),
                values.flag("SkipIPNIAnnounce"));
    }

    Node node() {
        return Values.map(
                "DealUUID",
                new Node.Bytes(Values.bytes(id)),
                "IsOffline",
                new Node.Bool(offline),
                "ClientDealProposal",
                signed.node(),
                "DealDataRoot",
                new Node.Link(root),
                "Transfer",
                transfer.node(),
                "RemoveUnsealedCopy",
                new Node.Bool(removeUnsealed),
                "SkipIPNIAnnounce",
                new Node.Bool(skipAnnounce));
    }

    /**
     * Reads a message; keys may come in any order, and those that are not known are passed over.
     *
     * @throws MalformedException if the bytes are none
     */
    public static DealParams fromBytes(byte[] bytes) {
        return from(Values.decode(bytes));
    }

    /** The message as DAG-CBOR. */
    public byte[] toBytes() {
        return Values.encode(node());
    }
}
