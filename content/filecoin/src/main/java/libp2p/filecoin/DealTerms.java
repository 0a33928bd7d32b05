package libp2p.filecoin;

import java.math.BigInteger;
import libp2p.multiformats.Cid;

/**
 * The terms that a client asks of a provider, beside those that follow from the data.
 *
 * @param root of the DAG in the local store
 * @param provider the miner
 * @param label what the client calls the deal
 * @param verified whether it pays with data cap
 * @param leastPiece bytes that the padded piece has at least, a power of two; zeros fill it up
 * @param start epoch by which the piece is to be proven
 * @param end epoch at which the deal is over
 * @param pricePerEpoch in attoFIL
 * @param providerCollateral in attoFIL
 * @param clientCollateral in attoFIL
 */
public record DealTerms(
        Cid root,
        FilecoinAddress provider,
        DealLabel label,
        boolean verified,
        long leastPiece,
        long start,
        long end,
        BigInteger pricePerEpoch,
        BigInteger providerCollateral,
        BigInteger clientCollateral) {
    public DealTerms {
        if (!PieceCommitment.isPieceSize(leastPiece)) {
            throw new IllegalArgumentException("no size of a piece: " + leastPiece);
        }
    }

    DealProposal proposal(PieceCommitment.Piece piece, FilecoinAddress client) {
        return new DealProposal(
                piece.cid(),
                piece.bytes(),
                verified,
                client,
                provider,
                label,
                start,
                end,
                pricePerEpoch,
                providerCollateral,
                clientCollateral);
    }
}
