package libp2p.benchmarks.pieces;

import java.security.InvalidKeyException;
import java.util.Random;
import libp2p.crypto.Crypto;
import libp2p.crypto.SignatureScheme;
import libp2p.crypto.Signer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Signatures over 64 bytes. ECDSA always signs by BouncyCastle, deterministically. */
@State(Scope.Thread)
public class SignatureBenchmark {
    /** The schemes, by the name of their key type. */
    public enum Scheme {
        ED25519,
        ECDSA_P256,
        SECP256K1
    }

    @Param("jdk")
    public String engine = "";

    @Param("ED25519")
    public Scheme scheme = Scheme.ED25519;

    private final byte[] message = new byte[64];
    private SignatureScheme signatures;
    private Signer signer;
    private byte[] publicKey;
    private byte[] signature;

    @Setup
    public void start() throws InvalidKeyException {
        Crypto crypto = Engines.crypto(engine);
        signatures = switch (scheme) {
            case ED25519 -> crypto.ed25519();
            case ECDSA_P256 -> crypto.ecdsaP256();
            case SECP256K1 -> crypto.secp256k1();
        };
        signer = signatures.signer(signatures.generatePrivateKey(new Random(1)::nextBytes));
        publicKey = signer.publicKey();
        signature = signer.sign(message);
    }

    @Benchmark
    public byte[] sign() {
        return signer.sign(message);
    }

    @Benchmark
    public boolean verify() {
        return signatures.verify(publicKey, message, signature);
    }

    @TearDown
    public void end() {
        signer.close();
    }
}
