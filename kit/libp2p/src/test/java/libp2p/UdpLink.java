package libp2p;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntPredicate;

/** Stands between one client and one server, and loses what it is told to; datagrams are counted per direction. */
final class UdpLink implements AutoCloseable {
    private static final int LARGEST = 65_535;

    private final DatagramSocket front = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    private final DatagramSocket back = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    private final int server;
    private final List<Thread> threads;
    private volatile SocketAddress client;
    private volatile IntPredicate lossUp = number -> false;
    private volatile IntPredicate lossDown = number -> false;
    private volatile Function<byte[], List<byte[]>> injected = datagram -> List.of();

    UdpLink(int server) throws IOException {
        this.server = server;
        threads = List.of(Thread.ofVirtual().start(this::up), Thread.ofVirtual().start(this::down));
    }

    int port() {
        return front.getLocalPort();
    }

    /** Says which datagrams are lost from now on, by their number since the start. */
    void lose(IntPredicate towardsServer, IntPredicate towardsClient) {
        lossUp = towardsServer;
        lossDown = towardsClient;
    }

    /** Sends the client what an attacker on the path makes of each of its datagrams, before that is sent on. */
    void inject(Function<byte[], List<byte[]>> attack) {
        injected = attack;
    }

    private void up() {
        DatagramPacket packet = new DatagramPacket(new byte[LARGEST], LARGEST);
        try {
            for (int number = 0; ; number++) {
                packet.setLength(LARGEST);
                front.receive(packet);
                client = packet.getSocketAddress();
                byte[] datagram = Arrays.copyOf(packet.getData(), packet.getLength());
                for (byte[] forged : injected.apply(datagram)) {
                    front.send(new DatagramPacket(forged, forged.length, client));
                }
                if (!lossUp.test(number)) {
                    packet.setAddress(InetAddress.getLoopbackAddress());
                    packet.setPort(server);
                    back.send(packet);
                }
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    private void down() {
        DatagramPacket packet = new DatagramPacket(new byte[LARGEST], LARGEST);
        try {
            for (int number = 0; ; number++) {
                packet.setLength(LARGEST);
                back.receive(packet);
                if (!lossDown.test(number)) {
                    packet.setSocketAddress(client);
                    front.send(packet);
                }
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    /** Waits until no datagram is under way in it. */
    @Override
    public void close() {
        front.close();
        back.close();
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
