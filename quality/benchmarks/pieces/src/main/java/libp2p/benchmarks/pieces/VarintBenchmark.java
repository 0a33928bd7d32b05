package libp2p.benchmarks.pieces;

import libp2p.multiformats.Varint;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Unsigned varints of one and of five bytes. */
@State(Scope.Thread)
public class VarintBenchmark {
    @Param({"100", "10000000000"})
    public long value;

    private final byte[] out = new byte[10];
    private byte[] encoded;

    @Setup
    public void start() {
        encoded = Varint.encode(value);
    }

    @Benchmark
    public int encode() {
        return Varint.encode(value, out, 0);
    }

    @Benchmark
    public long decode() {
        return Varint.decode(encoded);
    }
}
