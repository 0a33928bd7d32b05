package libp2p.filecoin;

import java.util.UUID;
import libp2p.core.identity.PeerId;
import libp2p.ipld.Node;
import libp2p.multiformats.MalformedException;

/**
 * A deal that a client has proposed.
 *
 * @param params what was proposed
 * @param provider the peer it was proposed to
 * @param state how far it is
 * @param reason why it was refused or has failed; empty if it has not
 * @param chainDealId the number of the deal on the chain; 0 before it has one
 */
public record ClientDeal(DealParams params, PeerId provider, ClientState state, String reason, long chainDealId) {
    static ClientDeal proposed(DealParams params, PeerId provider) {
        return new ClientDeal(params, provider, ClientState.PROPOSED, "", 0);
    }

    ClientDeal at(ClientState next) {
        return new ClientDeal(params, provider, next, reason, chainDealId);
    }

    ClientDeal ended(ClientState next, String why) {
        return new ClientDeal(params, provider, next, why, chainDealId);
    }

    ClientDeal published(long dealId) {
        return new ClientDeal(params, provider, ClientState.PUBLISHED, reason, dealId);
    }

    /** The id of the deal. */
    public UUID id() {
        return params.id();
    }

    /** The terms. */
    public DealProposal terms() {
        return params.signed().proposal();
    }

    static ClientDeal fromBytes(byte[] bytes) {
        Values values = Values.of("a deal", Values.decode(bytes));
        long state = values.size("State");
        if (state >= ClientState.values().length) {
            throw new MalformedException("a deal in the state " + state);
        }
        return new ClientDeal(
                DealParams.from(values.node("Params")),
                PeerId.fromBytes(values.bytes("Provider", 128)),
                ClientState.values()[(int) state],
                values.text("Reason", DealResponse.MESSAGE),
                values.size("ChainDealID"));
    }

    byte[] toBytes() {
        return Values.encode(Values.map(
                "Params",
                params.node(),
                "Provider",
                new Node.Bytes(provider.toBytes()),
                "State",
                Node.of(state.ordinal()),
                "Reason",
                Node.of(reason),
                "ChainDealID",
                Node.of(chainDealId)));
    }
}
