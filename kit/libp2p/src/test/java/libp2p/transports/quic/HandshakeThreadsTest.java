package libp2p.transports.quic;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.ForwardingEnvironment;
import libp2p.quic.connection.Forger;
import libp2p.streams.engine.Turn;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;

/** The threads of a handshake over QUIC. */
class HandshakeThreadsTest {
    private static final String NAME = "quic-handshake";

    /** Keeps the threads that are started. */
    private static final class Watched extends ForwardingEnvironment {
        final List<String> names = new CopyOnWriteArrayList<>();
        final List<Thread> threads = new CopyOnWriteArrayList<>();

        Watched() {
            super(SystemEnvironment.shared());
        }

        @Override
        public Thread start(String name, Runnable task) {
            names.add(name);
            Thread thread = super.start(name, task);
            threads.add(thread);
            return thread;
        }
    }

    @Test
    void aDialTakesItsOwnThreadAndAListenerOneForEachStranger() throws Exception {
        Watched here = new Watched();
        Watched there = new Watched();
        LoopTurnsTest.Doorman doorman = new LoopTurnsTest.Doorman(LoopTurnsTest::credentials);
        try (QuicPort listener = LoopTurnsTest.port(there);
                QuicPort dialer = LoopTurnsTest.port(here)) {
            listener.accept(doorman);
            for (int i = 1; i <= 2; i++) {
                dialer.connect(
                        listener.localAddress(),
                        LoopTurnsTest.protocol(LoopTurnsTest::credentials),
                        LoopTurnsTest.scope(),
                        Deadline.NONE);
                doorman.arrived.take();
                assertThat(here.names).isEmpty();
                assertThat(there.names).hasSize(i).containsOnly(NAME);
            }
        }
    }

    @Test
    void theThreadOfAStrangerThatFallsSilentEndsWithTheListener() throws Exception {
        Watched there = new Watched();
        LoopTurnsTest.Doorman doorman = new LoopTurnsTest.Doorman(LoopTurnsTest::credentials);
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (QuicPort listener = LoopTurnsTest.port(there);
                QuicPort dialer = LoopTurnsTest.port(SystemEnvironment.shared());
                DatagramSocket between = new DatagramSocket(0, loopback)) {
            listener.accept(doorman);
            QuicConnection dialed = dialer.begin(
                    new InetSocketAddress(loopback, between.getLocalPort()),
                    LoopTurnsTest.protocol(LoopTurnsTest::credentials),
                    LoopTurnsTest.scope());
            Thread dial = Thread.ofVirtual().start(() -> {
                try {
                    dialed.awaitHandshake(Deadline.NONE);
                } catch (IOException closed) {
                    // with its port
                }
            });
            DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
            between.receive(packet);
            while (packet.getPort() != listener.localAddress().getPort()) { // whose answer is lost
                packet.setSocketAddress(listener.localAddress());
                between.send(packet);
                between.receive(packet);
            }
            assertThat(there.names).containsExactly(NAME);
            assertThat(there.threads.getFirst().isAlive()).isTrue();
            listener.close();
            there.threads.getFirst().join();
            assertThat(doorman.failed.take()).isInstanceOf(IOException.class);
            dialer.close();
            dial.join();
        }
    }

    @Test
    void whatAServerSendsAfterTheHandshakeTakesNoThread() throws Exception {
        byte[] ticket = {4, 0, 0, 1, 0};
        byte[] hello = {1, 0, 0, 1, 0};
        Watched here = new Watched();
        LoopTurnsTest.Doorman doorman = new LoopTurnsTest.Doorman(LoopTurnsTest::credentials);
        try (QuicPort listener = LoopTurnsTest.port(SystemEnvironment.shared());
                QuicPort dialer = LoopTurnsTest.port(here)) {
            listener.accept(doorman);
            dialer.connect(
                    listener.localAddress(),
                    LoopTurnsTest.protocol(LoopTurnsTest::credentials),
                    LoopTurnsTest.scope(),
                    Deadline.NONE);
            QuicConnection accepted = doorman.arrived.take();
            CountDownLatch ended = new CountDownLatch(1);
            accepted.onClose(ended::countDown);
            sendLater(listener, accepted, 0, ticket);
            sendLater(listener, accepted, ticket.length, hello);
            ended.await();
            assertThat(String.valueOf(accepted.closeReason())).contains("a handshake message of type 1");
            assertThat(here.names).doesNotContain(NAME);
        }
    }

    /** Sends a message of TLS under the keys of the application. */
    private static void sendLater(QuicPort port, QuicConnection connection, int at, byte[] message) throws IOException {
        ByteBuffer crypto = ByteBuffer.allocate(3 + message.length);
        crypto.put((byte) 6).put((byte) at).put((byte) message.length).put(message);
        try (Turn turn = connection.enter()) {
            byte[] packet = Forger.seal(connection.engine(), crypto.array());
            port.socket().trySend(ByteBuffer.wrap(packet), connection.remote);
        }
    }
}
