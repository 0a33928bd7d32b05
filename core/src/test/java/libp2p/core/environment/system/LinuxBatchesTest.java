package libp2p.core.environment.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import libp2p.core.environment.DatagramBatch;
import libp2p.core.environment.UdpSocket;
import org.junit.jupiter.api.Test;

class LinuxBatchesTest {
    private static final int LENGTH = 1200;

    /** The reads of a socket: the bytes of each. */
    private static BlockingQueue<Integer> read(UdpSocket socket) {
        BlockingQueue<Integer> reads = new LinkedBlockingQueue<>();
        DatagramBatch batch = new DatagramBatch(ByteBuffer.allocateDirect(1 << 16));
        socket.onReadable(() -> {
            try {
                while (socket.tryReceive(batch)) {
                    reads.add(batch.length());
                }
            } catch (java.io.IOException closed) {
                reads.add(-1);
            }
            return 0;
        });
        return reads;
    }

    /** A first packet to a broadcast address would be answered by every machine of the network. */
    @Test
    void whatWasSentToAllMachinesOfANetworkIsNotHandedOn() throws Exception {
        assumeTrue(LinuxUdp.AVAILABLE, "the calls of Linux");
        try (UdpSocket socket =
                        SystemEnvironment.shared().network().bindUdpForBatches(new InetSocketAddress("0.0.0.0", 0));
                DatagramChannel stranger = DatagramChannel.open()) {
            BlockingQueue<Integer> reads = read(socket);
            int port = socket.localAddress().getPort();
            stranger.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            stranger.setOption(StandardSocketOptions.SO_BROADCAST, true);
            assertThat(stranger.send(ByteBuffer.allocate(LENGTH), new InetSocketAddress("127.255.255.255", port)))
                    .isEqualTo(LENGTH);
            assertThat(reads.take()).as("a broadcast").isZero();
            stranger.send(ByteBuffer.allocate(LENGTH), new InetSocketAddress("127.0.0.1", port));
            assertThat(reads.take()).as("the same to this machine").isEqualTo(LENGTH);
            stranger.send(ByteBuffer.allocate(LENGTH), new InetSocketAddress("127.0.0.3", port));
            assertThat(reads.take()).as("to another address of this machine").isEqualTo(LENGTH);
        }
    }
}
