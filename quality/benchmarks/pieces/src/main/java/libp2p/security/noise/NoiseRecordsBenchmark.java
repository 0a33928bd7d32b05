package libp2p.security.noise;

import java.io.IOException;
import java.nio.ByteBuffer;
import libp2p.crypto.Aead;
import libp2p.crypto.Crypto;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A Noise record sealed and opened again, in place, by the engine that a host would use. */
@State(Scope.Thread)
public class NoiseRecordsBenchmark {
    @Param({"64", "65519"})
    public int bytes;

    private TransportRecords sender;
    private TransportRecords receiver;
    private ByteBuffer buffer;

    @Setup
    public void start() {
        Aead aead = Crypto.standard().chacha20Poly1305();
        byte[] key = new byte[32];
        sender = new TransportRecords(aead.sealer(key), aead.opener(key));
        receiver = new TransportRecords(aead.sealer(key), aead.opener(key));
        buffer = ByteBuffer.allocateDirect(TransportRecords.LENGTH_BYTES + TransportRecords.MAX_MESSAGE);
    }

    @Benchmark
    public int sealAndOpen() throws IOException {
        sender.seal(buffer, TransportRecords.LENGTH_BYTES, bytes);
        return receiver.open(buffer, 0, receiver.recordLength(buffer, 0));
    }

    @TearDown
    public void end() {
        sender.closeInput();
        sender.closeOutput();
        receiver.closeInput();
        receiver.closeOutput();
    }
}
