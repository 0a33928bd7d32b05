package libp2p.security.tls13;

import java.security.InvalidKeyException;
import java.util.Arrays;
import libp2p.core.environment.Environment;
import libp2p.crypto.Crypto;
import libp2p.crypto.EcdhP256;

/**
 * This side of one key exchange (RFC 8446, 4.2.8.2): X25519, which all peers prefer, or ECDH over P-256, which
 * all have to have (9.1). One thread.
 */
abstract sealed class KeyExchange {
    /** Best first. */
    static final int[] GROUPS = {Extensions.X25519, Extensions.P256};

    private final int group;
    private final byte[] share;

    private KeyExchange(int group, byte[] share) {
        this.group = group;
        this.share = share;
    }

    /** With a fresh key, of one of the {@link #GROUPS}. */
    static KeyExchange create(int group, Environment environment) {
        return group == Extensions.X25519 ? X25519.create(environment) : P256.create(environment);
    }

    final int group() {
        return group;
    }

    /** The key share for the other side. */
    final byte[] share() {
        return share.clone();
    }

    /** The shared secret; the private key is erased. */
    abstract byte[] agree(byte[] remoteShare) throws TlsException;

    private static TlsException malformed(Exception why) {
        return new TlsException(Alert.ILLEGAL_PARAMETER, "key share: " + why.getMessage());
    }

    private static final class X25519 extends KeyExchange {
        private final byte[] privateKey;

        private X25519(byte[] privateKey) {
            super(Extensions.X25519, Crypto.standard().x25519().publicKey(privateKey));
            this.privateKey = privateKey;
        }

        static X25519 create(Environment environment) {
            return new X25519(Crypto.standard().x25519().generatePrivateKey(environment::secureRandom));
        }

        @Override
        byte[] agree(byte[] remoteShare) throws TlsException {
            try {
                return Crypto.standard().x25519().agree(privateKey, remoteShare);
            } catch (InvalidKeyException malformed) {
                throw malformed(malformed);
            } finally {
                Arrays.fill(privateKey, (byte) 0);
            }
        }
    }

    private static final class P256 extends KeyExchange {
        private final EcdhP256 ecdh;

        private P256(EcdhP256 ecdh) {
            super(Extensions.P256, ecdh.point());
            this.ecdh = ecdh;
        }

        static P256 create(Environment environment) {
            return new P256(EcdhP256.create(environment::secureRandom));
        }

        @Override
        byte[] agree(byte[] remoteShare) throws TlsException {
            try {
                return ecdh.agree(remoteShare);
            } catch (InvalidKeyException malformed) {
                throw malformed(malformed);
            }
        }
    }
}
