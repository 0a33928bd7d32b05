package libp2p.quic.simulation;

import java.security.InvalidKeyException;
import java.util.List;
import libp2p.crypto.Crypto;
import libp2p.crypto.Signer;
import libp2p.security.tls13.Credentials;
import libp2p.system.SystemEnvironment;

/** A key that vouches for itself: the "certificate" is the SubjectPublicKeyInfo. */
final class Keys implements Credentials {
    static final Keys CLIENT = new Keys();
    static final Keys SERVER = new Keys();

    private final Signer signer;

    private Keys() {
        try {
            signer = Crypto.standard()
                    .ecdsaP256()
                    .signer(Crypto.standard().ecdsaP256().generatePrivateKey(SystemEnvironment.shared()::secureRandom));
        } catch (InvalidKeyException impossible) {
            throw new AssertionError(impossible);
        }
    }

    @Override
    public byte[] certificate() {
        return signer.publicKey();
    }

    @Override
    public byte[] sign(byte[] content) {
        return signer.sign(content);
    }

    @Override
    public byte[] verify(List<byte[]> chain) {
        return chain.getFirst();
    }
}
