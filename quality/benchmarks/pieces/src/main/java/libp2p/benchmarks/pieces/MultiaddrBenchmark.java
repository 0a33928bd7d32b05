package libp2p.benchmarks.pieces;

import libp2p.multiformats.multiaddr.Multiaddr;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Multiaddrs, from text and bytes and to text. */
@State(Scope.Thread)
public class MultiaddrBenchmark {
    @Param({
        "/ip4/192.0.2.1/tcp/4001",
        "/ip6/2001:db8::1/udp/4001/quic-v1/p2p/12D3KooWPjceQrSwdWXPyLLeABRXmuqt69Rg3sBYbU1Nft9HyQ6X"
    })
    public String text = "";

    private Multiaddr address;
    private byte[] bytes;

    @Setup
    public void start() {
        address = Multiaddr.parse(text);
        bytes = address.toBytes();
    }

    @Benchmark
    public Multiaddr parse() {
        return Multiaddr.parse(text);
    }

    @Benchmark
    public Multiaddr fromBytes() {
        return Multiaddr.fromBytes(bytes);
    }

    @Benchmark
    public String format() {
        return address.toString();
    }
}
