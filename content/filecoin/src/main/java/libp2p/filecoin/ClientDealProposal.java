package libp2p.filecoin;

import libp2p.ipld.Node;
import libp2p.multiformats.Cid;
import libp2p.multiformats.HashFunction;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Multicodec;

/**
 * The terms of a deal with the signature of the client.
 *
 * @param proposal the terms
 * @param signature of the client over the bytes of the terms
 */
public record ClientDealProposal(DealProposal proposal, WalletSignature signature) {
    /** Signs terms. */
    public static ClientDealProposal signed(DealProposal proposal, Wallet wallet) {
        return new ClientDealProposal(proposal, wallet.sign(proposal.toBytes()));
    }

    static ClientDealProposal from(Node node) {
        Values values = Values.ofList("ClientDealProposal", node, "Proposal", "ClientSignature");
        return new ClientDealProposal(DealProposal.from(values.node("Proposal")), values.signature("ClientSignature"));
    }

    Node node() {
        return Node.list(proposal.node(), new Node.Bytes(signature.toBytes()));
    }

    /** The CID by which both sides name the signed proposal: of its DAG-CBOR, by SHA-256 as boost has it. */
    public Cid cid() {
        return Cid.v1(Multicodec.DAG_CBOR, HashFunction.SHA2_256.hash(toBytes()));
    }

    /**
     * Reads a message; keys may come in any order, and those that are not known are passed over.
     *
     * @throws MalformedException if the bytes are none
     */
    public static ClientDealProposal fromBytes(byte[] bytes) {
        return from(Values.decode(bytes));
    }

    /** The message as DAG-CBOR. */
    public byte[] toBytes() {
        return Values.encode(node());
    }
}
