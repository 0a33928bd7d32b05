package libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import libp2p.core.connection.Stream;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Bytes that pass through a warm connection leave hardly any garbage, all floors of both hosts together: stream, yamux,
 * secure channel and TCP. The rest comes from threads that wait for each other, and no frame, record or byte needs
 * any.
 */
@Timeout(120)
class AllocationTest {
    private static final String PROTOCOL = "/discard/1";
    private static final int WRITE = 64 << 10;
    private static final int WRITES = 500;
    private static final int ROUNDS = 60;

    @ParameterizedTest
    @ValueSource(strings = {"noise", "tls"})
    void aWriteOf64KiBLeavesHardlyAnyGarbageInTheWholeStack(String security) throws Exception {
        try (Host server = Libp2p.host()
                        .security(security)
                        .listen("/ip4/127.0.0.1/tcp/0")
                        .start();
                Host client = Libp2p.host().security(security).start()) {
            server.handle(PROTOCOL, AllocationTest::confirm);
            try (Stream stream = client.open(PeerAddress.of(server.peerId(), server.addresses()), PROTOCOL)) {
                assertThat(leastGarbageOfARound(stream))
                        .as("bytes of garbage for a write of 65,536")
                        .isLessThan(WRITE / 8);
            }
        }
    }

    /**
     * Garbage per write in the best of the rounds, and no more rounds than it takes: in the first ones the code is
     * still being compiled, and in others a reader that was not scheduled lets more bytes wait than the pool has spare
     * chunks for.
     */
    private static long leastGarbageOfARound(Stream stream) throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS && least >= WRITE / 8; round++) {
            long before = threads.getTotalThreadAllocatedBytes();
            transfer(stream);
            least = Math.min(least, (threads.getTotalThreadAllocatedBytes() - before) / WRITES);
        }
        return least;
    }

    /** Reads as much as is written in one go, then answers with one byte. */
    private static void confirm(Stream stream) throws IOException {
        byte[] buffer = new byte[WRITE];
        long due = (long) WRITES * WRITE;
        int count;
        while ((count = stream.read(buffer, 0, (int) Math.min(due, buffer.length))) >= 0) {
            due -= count;
            if (due == 0) {
                stream.write(buffer, 0, 1);
                due = (long) WRITES * WRITE;
            }
        }
    }

    private static void transfer(Stream stream) throws IOException {
        byte[] bytes = new byte[WRITE];
        for (int i = 0; i < WRITES; i++) {
            stream.write(bytes, 0, bytes.length);
        }
        assertThat(stream.read(bytes, 0, 1)).isEqualTo(1);
    }
}
