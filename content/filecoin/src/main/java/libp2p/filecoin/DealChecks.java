package libp2p.filecoin;

import java.io.IOException;
import java.math.BigInteger;
import libp2p.core.identity.PeerId;
import libp2p.core.peer.AddressScope;
import libp2p.multiformats.MalformedException;
import org.jspecify.annotations.Nullable;

/** The conditions under which a provider takes a deal: those of boost 1.7.5. */
final class DealChecks {
    private static final long EPOCHS_IN_DAY = 2880;
    private static final long LEAST_DAYS = 180;
    private static final long MOST_DAYS = 540;
    /** The provider pledges at most so many times what it has to. */
    private static final BigInteger COLLATERAL = BigInteger.TWO;

    private DealChecks() {}

    /**
     * The peer that proposes a deal.
     *
     * @param reach of its connection
     */
    record Proposer(PeerId peer, AddressScope reach) {}

    /**
     * Why a deal is refused; null if it is not.
     *
     * @param pledged escrow of the client that other deals need, which the chain does not know yet
     */
    static @Nullable String refusal(
            DealParams params, Proposer proposer, StorageAsk ask, Chain chain, BigInteger pledged) throws IOException {
        DealProposal terms = params.signed().proposal();
        if (!PieceCommitment.isPieceCid(terms.piece())) {
            return "the CID of the piece is no commitment to one";
        }
        FilecoinAddress key = chain.key(terms.client());
        if (key == null || !params.signed().signature().holds(key, terms.toBytes())) {
            return "invalid signature";
        }
        if (!terms.provider().equals(ask.miner())) {
            return "this provider is " + ask.miner() + ", not " + terms.provider();
        }
        String wrong = epochs(terms, chain.head());
        wrong = wrong == null ? piece(params, proposer, ask) : wrong;
        return wrong == null ? funds(terms, ask, chain, pledged) : wrong;
    }

    private static @Nullable String epochs(DealProposal terms, long head) {
        if (terms.end() <= terms.start()) {
            return "the end " + terms.end() + " is not behind the start " + terms.start();
        }
        if (head > terms.start()) {
            return "the start " + terms.start() + " has passed at " + head;
        }
        long duration = terms.end() - terms.start();
        if (duration < LEAST_DAYS * EPOCHS_IN_DAY || duration > MOST_DAYS * EPOCHS_IN_DAY) {
            return "a deal takes " + LEAST_DAYS + " to " + MOST_DAYS + " days, not " + duration + " epochs";
        }
        if (terms.end() - head > MOST_DAYS * EPOCHS_IN_DAY) {
            return "the end " + terms.end() + " is too far away at " + head;
        }
        return null;
    }

    private static @Nullable String piece(DealParams params, Proposer proposer, StorageAsk ask) {
        long bytes = params.signed().proposal().pieceBytes();
        if (!PieceCommitment.isPieceSize(bytes)) {
            return "no size of a piece: " + bytes;
        }
        if (bytes < ask.leastPiece() || bytes > ask.mostPiece()) {
            return "a piece has " + ask.leastPiece() + " to " + ask.mostPiece() + " bytes, not " + bytes;
        }
        if (params.offline()) {
            return null;
        }
        long size = params.transfer().size();
        if (size < PieceCommitment.LEAST || size > PieceCommitment.room(bytes)) {
            return "a CAR of " + size + " bytes for a piece of " + bytes;
        }
        try {
            CarTransfer.check(params.transfer().source(), proposer.peer(), proposer.reach());
            return null;
        } catch (MalformedException e) {
            return e.getMessage();
        }
    }

    private static @Nullable String funds(DealProposal terms, StorageAsk ask, Chain chain, BigInteger pledged)
            throws IOException {
        if (terms.pricePerEpoch().compareTo(ask.leastPrice(terms.pieceBytes(), terms.verified())) < 0) {
            return "the price of an epoch is " + terms.pricePerEpoch() + ", less than "
                    + ask.leastPrice(terms.pieceBytes(), terms.verified());
        }
        if (terms.clientCollateral().signum() < 0) {
            return "a negative collateral";
        }
        BigInteger least = chain.leastCollateral(terms.pieceBytes(), terms.verified());
        if (terms.providerCollateral().compareTo(least) < 0
                || terms.providerCollateral().compareTo(least.multiply(COLLATERAL)) > 0) {
            return "the collateral of the provider is " + terms.providerCollateral() + ", not " + least + " to "
                    + least.multiply(COLLATERAL);
        }
        BigInteger available = chain.available(terms.client()).subtract(pledged);
        if (available.compareTo(terms.clientNeeds()) < 0) {
            return "the client has " + available + " in escrow that no other deal needs, and needs "
                    + terms.clientNeeds();
        }
        if (terms.verified() && chain.dataCap(terms.client()).compareTo(BigInteger.valueOf(terms.pieceBytes())) < 0) {
            return "the client has too little data cap";
        }
        return null;
    }
}
