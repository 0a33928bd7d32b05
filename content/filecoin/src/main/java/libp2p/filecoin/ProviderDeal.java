package libp2p.filecoin;

import java.util.UUID;
import libp2p.core.identity.PeerId;
import libp2p.ipld.Node;
import libp2p.multiformats.Cid;
import org.jspecify.annotations.Nullable;

/**
 * A deal that a provider has accepted.
 *
 * @param params what was proposed
 * @param peer who has proposed it
 * @param checkpoint how far it is
 * @param error why it failed; empty if it has not
 * @param publishMessage the message that publishes it, if it is sent
 * @param chainDealId the number of the deal on the chain; 0 before it has one
 */
public record ProviderDeal(
        DealParams params,
        PeerId peer,
        Checkpoint checkpoint,
        String error,
        @Nullable Cid publishMessage,
        long chainDealId) {
    static ProviderDeal accepted(DealParams params, PeerId peer) {
        return new ProviderDeal(params, peer, Checkpoint.ACCEPTED, "", null, 0);
    }

    ProviderDeal at(Checkpoint next) {
        return new ProviderDeal(params, peer, next, error, publishMessage, chainDealId);
    }

    ProviderDeal published(Cid message) {
        return new ProviderDeal(params, peer, Checkpoint.PUBLISHED, error, message, chainDealId);
    }

    ProviderDeal confirmed(long dealId) {
        return new ProviderDeal(params, peer, Checkpoint.PUBLISH_CONFIRMED, error, publishMessage, dealId);
    }

    ProviderDeal failed(String why) {
        return new ProviderDeal(params, peer, Checkpoint.COMPLETE, why, publishMessage, chainDealId);
    }

    /** The id that the client has drawn. */
    public UUID id() {
        return params.id();
    }

    /** The terms. */
    public DealProposal terms() {
        return params.signed().proposal();
    }

    /** Whether it has failed. */
    public boolean hasFailed() {
        return !error.isEmpty();
    }

    /** Whether its CAR takes room, or will. */
    boolean isStaged() {
        return checkpoint.compareTo(Checkpoint.ADDED_PIECE) < 0;
    }

    static ProviderDeal fromBytes(byte[] bytes) {
        Values values = Values.of("a deal", Values.decode(bytes));
        return new ProviderDeal(
                DealParams.from(values.node("Params")),
                PeerId.fromBytes(values.bytes("Peer", 128)),
                Checkpoint.of(values.text("Checkpoint", DealTransfer.TEXT)),
                values.text("Error", DealResponse.MESSAGE),
                values.nullableCid("PublishCid"),
                values.size("ChainDealID"));
    }

    byte[] toBytes() {
        return Values.encode(Values.map(
                "Params",
                params.node(),
                "Peer",
                new Node.Bytes(peer.toBytes()),
                "Checkpoint",
                Node.of(checkpoint.label()),
                "Error",
                Node.of(error),
                "PublishCid",
                Values.nullable(publishMessage),
                "ChainDealID",
                Node.of(chainDealId)));
    }
}
