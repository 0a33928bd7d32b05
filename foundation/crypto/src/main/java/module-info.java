/** Cryptographic primitives, each with several engines behind one small interface. */
@org.jspecify.annotations.NullMarked
module libp2p.crypto {
    requires static org.jspecify;
    requires org.bouncycastle.provider;

    exports libp2p.crypto;
    exports libp2p.crypto.algorithm;

    uses java.security.Provider;
}
