package libp2p.filecoin;

import java.security.InvalidKeyException;
import libp2p.core.environment.Environment;
import libp2p.crypto.Crypto;

/** A secp256k1 key of an account, which signs with BLAKE2b-256 as Filecoin has it. Thread-safe; nothing blocks. */
public final class Wallet {
    private final byte[] privateKey;
    private final FilecoinAddress address;

    private Wallet(byte[] privateKey) throws InvalidKeyException {
        this.privateKey = privateKey.clone();
        address = FilecoinAddress.secp256k1(
                Crypto.standard().secp256k1Recoverable().publicKey(privateKey));
    }

    /**
     * The wallet of a private key.
     *
     * @param privateKey 32 bytes; copied
     * @throws InvalidKeyException if it is malformed or out of range
     */
    public static Wallet of(byte[] privateKey) throws InvalidKeyException {
        return new Wallet(privateKey);
    }

    /** A wallet with a fresh key. */
    public static Wallet generate(Environment environment) {
        byte[] key = Crypto.standard().secp256k1().generatePrivateKey(environment::secureRandom);
        try {
            return new Wallet(key);
        } catch (InvalidKeyException e) {
            throw new IllegalStateException("a fresh key is out of range", e);
        }
    }

    /** The private key, 32 bytes; a copy. */
    public byte[] privateKey() {
        return privateKey.clone();
    }

    /** The {@code f1} address. */
    public FilecoinAddress address() {
        return address;
    }

    /** Signs a message. */
    public WalletSignature sign(byte[] message) {
        try {
            return new WalletSignature(
                    WalletSignature.SECP256K1,
                    Crypto.standard().secp256k1Recoverable().sign(privateKey, WalletSignature.digest(message)));
        } catch (InvalidKeyException e) {
            throw new IllegalStateException("the key of a wallet was checked before", e);
        }
    }

    @Override
    public String toString() {
        return "wallet of " + address;
    }
}
