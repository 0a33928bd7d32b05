package libp2p.system;

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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    /** Sends back what comes, in one batch, to the sender and from the address to which it was sent. */
    private static BlockingQueue<InetAddress> echo(UdpSocket socket) {
        BlockingQueue<InetAddress> asked = new LinkedBlockingQueue<>();
        DatagramBatch batch = new DatagramBatch(ByteBuffer.allocateDirect(1 << 16));
        socket.onReadable(() -> {
            try {
                while (socket.tryReceive(batch)) {
                    InetAddress own = batch.ownAddress();
                    asked.add(own == null ? socket.localAddress().getAddress() : own);
                    batch.received(2 * LENGTH + 1, LENGTH, 2, batch.remote(), own); // three, with a mark
                    socket.trySend(batch);
                }
            } catch (java.io.IOException closed) {
                asked.add(socket.localAddress().getAddress());
            }
            return 0;
        });
        return asked;
    }

    private static void asksAndHears(UdpSocket socket, BlockingQueue<InetAddress> asked, String address)
            throws Exception {
        InetSocketAddress target =
                new InetSocketAddress(address, socket.localAddress().getPort());
        try (DatagramChannel client = DatagramChannel.open().connect(target)) { // hears no other host
            client.write(ByteBuffer.allocate(LENGTH));
            assertThat(asked.take()).isEqualTo(target.getAddress());
            for (int length : new int[] {LENGTH, LENGTH, 1}) {
                ByteBuffer answer = ByteBuffer.allocate(2 * LENGTH);
                client.read(answer);
                assertThat(answer.position()).isEqualTo(length);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"0.0.0.0,127.0.0.1 127.0.0.2 127.0.0.1 127.9.9.9", "::,::1"})
    void answersOfASocketOfAllAddressesLeaveFromTheOneThatWasAsked(String any, String addresses) throws Exception {
        assumeTrue(LinuxUdp.AVAILABLE, "the calls of Linux");
        try (UdpSocket socket = SystemEnvironment.shared().network().bindUdpForBatches(new InetSocketAddress(any, 0))) {
            BlockingQueue<InetAddress> asked = echo(socket);
            for (String address : addresses.split(" ")) {
                asksAndHears(socket, asked, address);
            }
            assertThat(socket.usesSegmentation()).isTrue();
        }
    }

    @Test
    void aBatchFromAnAddressThatTheMachineHasNoMoreIsLostAndTheNextIsNot() throws Exception {
        assumeTrue(LinuxUdp.AVAILABLE, "the calls of Linux");
        try (UdpSocket socket =
                        SystemEnvironment.shared().network().bindUdpForBatches(new InetSocketAddress("0.0.0.0", 0));
                DatagramChannel client = DatagramChannel.open().bind(new InetSocketAddress("127.0.0.1", 0))) {
            DatagramBatch batch = new DatagramBatch(ByteBuffer.allocateDirect(1 << 16));
            InetSocketAddress target = (InetSocketAddress) client.getLocalAddress();
            for (int i = 0; i < 10; i++) {
                batch.received(3 * LENGTH, LENGTH, 0, target, InetAddress.ofLiteral("192.0.2.1"));
                socket.trySend(batch);
            }
            assertThat(socket.usesSegmentation()).isTrue();
            batch.single(new byte[] {7}, target, null);
            socket.trySend(batch);
            ByteBuffer answer = ByteBuffer.allocate(2 * LENGTH);
            client.receive(answer);
            assertThat(answer.position()).isEqualTo(1);
        }
    }

    @Test
    void aSocketOfOneAddressTellsNone() throws Exception {
        try (UdpSocket socket =
                SystemEnvironment.shared().network().bindUdpForBatches(new InetSocketAddress("127.0.0.1", 0))) {
            asksAndHears(socket, echo(socket), "127.0.0.1");
        }
    }
}
