package libp2p.filecoin;

import java.math.BigInteger;
import libp2p.ipld.Node;
import libp2p.multiformats.Cid;

/**
 * The terms of a deal as the chain keeps them (market actor, version 9).
 *
 * @param piece the commitment to it
 * @param pieceBytes of the padded piece
 * @param verified whether the client pays with data cap
 * @param client who pays
 * @param provider the miner
 * @param label what the client calls it
 * @param start epoch by which the piece is to be proven, and from which the deal is paid
 * @param end epoch at which the deal is over
 * @param pricePerEpoch in attoFIL
 * @param providerCollateral in attoFIL
 * @param clientCollateral in attoFIL
 */
public record DealProposal(
        Cid piece,
        long pieceBytes,
        boolean verified,
        FilecoinAddress client,
        FilecoinAddress provider,
        DealLabel label,
        long start,
        long end,
        BigInteger pricePerEpoch,
        BigInteger providerCollateral,
        BigInteger clientCollateral) {
    static DealProposal from(Node node) {
        Values values = Values.ofList(
                "DealProposal",
                node,
                "PieceCID",
                "PieceSize",
                "VerifiedDeal",
                "Client",
                "Provider",
                "Label",
                "StartEpoch",
                "EndEpoch",
                "StoragePricePerEpoch",
                "ProviderCollateral",
                "ClientCollateral");
        return new DealProposal(
                values.cid("PieceCID"),
                values.size("PieceSize"),
                values.flag("VerifiedDeal"),
                values.address("Client"),
                values.address("Provider"),
                DealLabel.from(values.node("Label")),
                values.number("StartEpoch"),
                values.number("EndEpoch"),
                values.tokens("StoragePricePerEpoch"),
                values.tokens("ProviderCollateral"),
                values.tokens("ClientCollateral"));
    }

    Node node() {
        return Node.list(
                new Node.Link(piece),
                Node.of(pieceBytes),
                new Node.Bool(verified),
                new Node.Bytes(client.toBytes()),
                new Node.Bytes(provider.toBytes()),
                label.node(),
                Node.of(start),
                Node.of(end),
                Values.tokens(pricePerEpoch),
                Values.tokens(providerCollateral),
                Values.tokens(clientCollateral));
    }

    /** The bytes that the client signs. */
    public byte[] toBytes() {
        return Values.encode(node());
    }

    /** The price of the whole time. */
    public BigInteger price() {
        return pricePerEpoch.multiply(BigInteger.valueOf(end - start));
    }

    /** The escrow that the client needs, in attoFIL. */
    public BigInteger clientNeeds() {
        return price().add(clientCollateral);
    }
}
