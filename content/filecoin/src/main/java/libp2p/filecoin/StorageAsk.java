package libp2p.filecoin;

import java.math.BigInteger;
import libp2p.ipld.Node;

/**
 * The price and the sizes that a provider asks for ({@code /fil/storage/ask/1.1.0}).
 *
 * @param price attoFIL for a GiB and an epoch
 * @param verifiedPrice the same of deals that are paid with data cap
 * @param leastPiece bytes of the smallest padded piece
 * @param mostPiece bytes of the largest padded piece
 * @param miner the provider
 * @param since epoch from which it holds
 * @param expiry epoch at which it ends
 * @param sequence the later one of two asks has the larger
 */
public record StorageAsk(
        BigInteger price,
        BigInteger verifiedPrice,
        long leastPiece,
        long mostPiece,
        FilecoinAddress miner,
        long since,
        long expiry,
        long sequence) {
    /** The protocol. */
    public static final String PROTOCOL = "/fil/storage/ask/1.1.0";

    private static final int GIB = 30;

    static StorageAsk from(Node node) {
        Values values = Values.of("StorageAsk", node);
        return new StorageAsk(
                values.tokens("Price"),
                values.tokens("VerifiedPrice"),
                values.size("MinPieceSize"),
                values.size("MaxPieceSize"),
                values.address("Miner"),
                values.number("Timestamp"),
                values.number("Expiry"),
                values.size("SeqNo"));
    }

    Node node() {
        return Values.map(
                "Price",
                Values.tokens(price),
                "VerifiedPrice",
                Values.tokens(verifiedPrice),
                "MinPieceSize",
                Node.of(leastPiece),
                "MaxPieceSize",
                Node.of(mostPiece),
                "Miner",
                new Node.Bytes(miner.toBytes()),
                "Timestamp",
                Node.of(since),
                "Expiry",
                Node.of(expiry),
                "SeqNo",
                Node.of(sequence));
    }

    /** The bytes that the provider signs. */
    public byte[] toBytes() {
        return Values.encode(node());
    }

    /** The lowest price of an epoch for a padded piece. */
    public BigInteger leastPrice(long pieceBytes, boolean verified) {
        return (verified ? verifiedPrice : price)
                .multiply(BigInteger.valueOf(pieceBytes))
                .shiftRight(GIB);
    }
}
