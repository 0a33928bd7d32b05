package libp2p.filecoin;

import libp2p.ipld.Node;
import libp2p.multiformats.Cid;
import org.jspecify.annotations.Nullable;

/**
 * How far a deal is.
 *
 * @param error why it failed; empty if it has not
 * @param status the name of a {@link Checkpoint}
 * @param sealingStatus what the sealer says
 * @param proposal the terms
 * @param signedProposal the CID of the signed terms
 * @param publishMessage the message that has published it, if one has
 * @param chainDealId the number of the deal on the chain; 0 before it has one
 */
public record DealStatus(
        String error,
        String status,
        String sealingStatus,
        DealProposal proposal,
        Cid signedProposal,
        @Nullable Cid publishMessage,
        long chainDealId) {
    static DealStatus from(Node node) {
        Values values = Values.of("DealStatus", node);
        return new DealStatus(
                values.text("Error", DealResponse.MESSAGE),
                values.text("Status", DealTransfer.TEXT),
                values.text("SealingStatus", DealTransfer.TEXT),
                DealProposal.from(values.node("Proposal")),
                values.cid("SignedProposalCid"),
                values.nullableCid("PublishCid"),
                values.size("ChainDealID"));
    }

    Node node() {
        return Values.map(
                "Error",
                Node.of(error),
                "Status",
                Node.of(status),
                "SealingStatus",
                Node.of(sealingStatus),
                "Proposal",
                proposal.node(),
                "SignedProposalCid",
                new Node.Link(signedProposal),
                "PublishCid",
                Values.nullable(publishMessage),
                "ChainDealID",
                Node.of(chainDealId));
    }
}
