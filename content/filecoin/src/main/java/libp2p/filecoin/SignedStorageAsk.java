package libp2p.filecoin;

import libp2p.ipld.Node;

/**
 * An ask with the signature of the provider.
 *
 * @param ask what it asks for
 * @param signature of the key of the provider's worker
 */
public record SignedStorageAsk(StorageAsk ask, WalletSignature signature) {
    /** Signs an ask. */
    public static SignedStorageAsk signed(StorageAsk ask, Wallet worker) {
        return new SignedStorageAsk(ask, worker.sign(ask.toBytes()));
    }

    static SignedStorageAsk from(Node node) {
        Values values = Values.of("SignedStorageAsk", node);
        return new SignedStorageAsk(StorageAsk.from(values.node("Ask")), values.signature("Signature"));
    }

    Node node() {
        return Values.map("Ask", ask.node(), "Signature", new Node.Bytes(signature.toBytes()));
    }
}
