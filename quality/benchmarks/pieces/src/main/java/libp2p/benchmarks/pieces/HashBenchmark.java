package libp2p.benchmarks.pieces;

import libp2p.crypto.Sha256;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** SHA-256. */
@State(Scope.Thread)
public class HashBenchmark {
    @Param("jdk")
    public String engine = "";

    @Param({"64", "65536"})
    public int bytes;

    private Sha256 sha256;
    private byte[] text;

    @Setup
    public void start() {
        sha256 = Engines.crypto(engine).sha256();
        text = new byte[bytes];
    }

    @Benchmark
    public byte[] hash() {
        return sha256.hash(text);
    }
}
