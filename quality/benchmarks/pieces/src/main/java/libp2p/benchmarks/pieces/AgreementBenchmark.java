package libp2p.benchmarks.pieces;

import java.security.InvalidKeyException;
import java.util.Random;
import libp2p.crypto.X25519;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** X25519. */
@State(Scope.Thread)
public class AgreementBenchmark {
    @Param("jdk")
    public String engine = "";

    private X25519 x25519;
    private byte[] privateKey;
    private byte[] publicKey;

    @Setup
    public void start() {
        x25519 = Engines.crypto(engine).x25519();
        privateKey = x25519.generatePrivateKey(new Random(1)::nextBytes);
        publicKey = x25519.publicKey(x25519.generatePrivateKey(new Random(2)::nextBytes));
    }

    @Benchmark
    public byte[] agree() throws InvalidKeyException {
        return x25519.agree(privateKey, publicKey);
    }

    @Benchmark
    public byte[] publicKey() {
        return x25519.publicKey(privateKey);
    }
}
