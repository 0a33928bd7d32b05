package libp2p.filecoin;

import java.util.Arrays;
import libp2p.crypto.Crypto;
import libp2p.multiformats.Blake2b;
import libp2p.multiformats.MalformedException;
import org.jspecify.annotations.Nullable;

/**
 * A signature of a wallet: its type and its bytes. Those of secp256k1 are verified here; those of BLS and of other
 * actors are carried, and never pass.
 *
 * @param type 1 for secp256k1, 2 for BLS, 3 for what an actor verifies
 * @param data at most {@value #DATA} bytes; not copied
 */
public record WalletSignature(int type, byte[] data) {
    /** The type of signatures of secp256k1. */
    public static final int SECP256K1 = 1;

    /** Bytes of a signature without its type. */
    static final int DATA = 199;

    private static final int TYPES = 3;
    private static final int DIGEST = 32;

    public WalletSignature {
        if (type < SECP256K1 || type > TYPES || data.length > DATA) {
            throw new MalformedException("filecoin signature: type " + type + " with " + data.length + " bytes");
        }
    }

    /**
     * Reads a signature, the type first.
     *
     * @throws MalformedException if it is none
     */
    public static WalletSignature fromBytes(byte[] bytes) {
        if (bytes.length == 0) {
            throw new MalformedException("filecoin signature: empty");
        }
        return new WalletSignature(bytes[0] & 0xff, Arrays.copyOfRange(bytes, 1, bytes.length));
    }

    /** The type and the bytes. */
    public byte[] toBytes() {
        byte[] bytes = new byte[1 + data.length];
        bytes[0] = (byte) type;
        System.arraycopy(data, 0, bytes, 1, data.length);
        return bytes;
    }

    /**
     * Whether the key of an address has signed a message.
     *
     * @param signer an {@code f1} address; no other has a key that this library verifies
     */
    public boolean holds(FilecoinAddress signer, byte[] message) {
        if (type != SECP256K1 || signer.kind() != FilecoinAddress.Kind.SECP256K1) {
            return false;
        }
        byte[] key = Crypto.standard().secp256k1Recoverable().recover(digest(message), data);
        return key != null && FilecoinAddress.secp256k1(key).equals(signer);
    }

    static byte[] digest(byte[] message) {
        return Blake2b.digest(message, DIGEST);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof WalletSignature signature
                && type == signature.type
                && Arrays.equals(data, signature.data);
    }

    @Override
    public int hashCode() {
        return 31 * type + Arrays.hashCode(data);
    }

    @Override
    public String toString() {
        return "signature of type " + type;
    }
}
