package libp2p.filecoin;

import java.math.BigInteger;
import libp2p.ipld.Node;
import libp2p.multiformats.MalformedException;

/**
 * Whether content can be retrieved, and for what.
 *
 * @param availability of the content
 * @param inPiece whether it is in the piece that was named
 * @param bytes of the piece
 * @param paymentAddress who is paid
 * @param pricePerByte in attoFIL
 * @param paymentInterval bytes between payments
 * @param paymentIncrease by which the interval grows
 * @param message why not, if it cannot
 * @param unsealPrice in attoFIL
 */
public record RetrievalQueryResponse(
        Availability availability,
        InPiece inPiece,
        long bytes,
        FilecoinAddress paymentAddress,
        BigInteger pricePerByte,
        long paymentInterval,
        long paymentIncrease,
        String message,
        BigInteger unsealPrice) {
    /** Of the content, in the order of the numbers. */
    public enum Availability {
        /** The provider gives it. */
        AVAILABLE,
        /** The provider does not have it. */
        UNAVAILABLE,
        /** The provider cannot tell. */
        ERROR
    }

    /** Of the content in the piece, in the order of the numbers. */
    public enum InPiece {
        /** It is there. */
        AVAILABLE,
        /** It is not. */
        UNAVAILABLE,
        /** The provider cannot tell. */
        UNKNOWN
    }

    static RetrievalQueryResponse from(Node node) {
        Values values = Values.of("QueryResponse", node);
        return new RetrievalQueryResponse(
                one(Availability.values(), values.size("Status")),
                one(InPiece.values(), values.size("PieceCIDFound")),
                values.size("Size"),
                values.address("PaymentAddress"),
                values.tokens("MinPricePerByte"),
                values.size("MaxPaymentInterval"),
                values.size("MaxPaymentIntervalIncrease"),
                values.text("Message", DealResponse.MESSAGE),
                values.tokens("UnsealPrice"));
    }

    private static <T> T one(T[] all, long number) {
        if (number >= all.length) {
            throw new MalformedException("QueryResponse: a state " + number);
        }
        return all[(int) number];
    }

    Node node() {
        return Values.map(
                "Status",
                Node.of(availability.ordinal()),
                "PieceCIDFound",
                Node.of(inPiece.ordinal()),
                "Size",
                Node.of(bytes),
                "PaymentAddress",
                new Node.Bytes(paymentAddress.toBytes()),
                "MinPricePerByte",
                Values.tokens(pricePerByte),
                "MaxPaymentInterval",
                Node.of(paymentInterval),
                "MaxPaymentIntervalIncrease",
                Node.of(paymentIncrease),
                "Message",
                Node.of(message),
                "UnsealPrice",
                Values.tokens(unsealPrice));
    }

    /**
     * Reads a message; keys may come in any order, and those that are not known are passed over.
     *
     * @throws MalformedException if the bytes are none
     */
    public static RetrievalQueryResponse fromBytes(byte[] bytes) {
        return from(Values.decode(bytes));
    }

    /** The message as DAG-CBOR. */
    public byte[] toBytes() {
        return Values.encode(node());
    }
}
