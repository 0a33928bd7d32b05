package libp2p.benchmarks.pieces;

import java.nio.ByteBuffer;
import javax.crypto.AEADBadTagException;
import libp2p.crypto.Aead;
import libp2p.crypto.AeadOpener;
import libp2p.crypto.AeadSealer;
import libp2p.crypto.algorithm.AeadAlgorithm;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Sealing and opening in place, in a direct buffer. */
@State(Scope.Thread)
public class AeadBenchmark {
    @Param("jdk")
    public String engine = "";

    @Param({"CHACHA20_POLY1305", "AES_128_GCM"})
    public AeadAlgorithm algorithm = AeadAlgorithm.CHACHA20_POLY1305;

    @Param({"256", "65519"})
    public int bytes;

    private AeadSealer sealer;
    private AeadOpener opener;
    private ByteBuffer buffer;
    private ByteBuffer sealed;
    private long counter;

    @Setup
    public void start() {
        Aead aead = Engines.crypto(engine).aead(algorithm);
        byte[] key = new byte[algorithm.keyLength()];
        sealer = aead.sealer(key);
        opener = aead.opener(key);
        buffer = ByteBuffer.allocateDirect(bytes + AeadAlgorithm.TAG_LENGTH);
        sealed = ByteBuffer.allocateDirect(bytes + AeadAlgorithm.TAG_LENGTH);
        sealer.seal(counter++, sealed, 0, bytes);
    }

    @Benchmark
    public int seal() {
        return sealer.seal(counter++, buffer, 0, bytes);
    }

    /** With a copy of the sealed bytes, as opening replaces them. */
    @Benchmark
    public int open() throws AEADBadTagException {
        buffer.put(0, sealed, 0, sealed.capacity());
        return opener.open(0, buffer, 0, sealed.capacity());
    }

    @TearDown
    public void end() {
        sealer.close();
        opener.close();
    }
}
