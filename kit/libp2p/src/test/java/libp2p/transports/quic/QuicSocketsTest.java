package libp2p.transports.quic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import libp2p.Libp2p;
import libp2p.core.connection.Stream;
import libp2p.core.environment.ForwardingEnvironment;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.protocols.ping.Ping;
import libp2p.system.SystemEnvironment;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A saturated port gets one more socket on another event loop, and the system spreads the senders over both. */
class QuicSocketsTest {
    private static final int DIALERS = 16;
    private static final int BYTES = 200_000;

    private static void echo(Host dialer, PeerAddress listener, int seed) throws Exception {
        byte[] sent = new byte[BYTES];
        new SplittableRandom(seed).nextBytes(sent);
        Stream stream = dialer.open(listener, "/echo/1");
        Thread writer = Thread.ofVirtual().start(() -> {
            try {
                stream.write(sent);
                stream.closeWrite();
            } catch (java.io.IOException failure) {
                stream.reset(0);
            }
        });
        byte[] received = new byte[BYTES];
        int at = 0;
        while (at < BYTES) {
            int count = stream.read(received, at, BYTES - at);
            assertThat(count).isPositive();
            at += count;
        }
        writer.join();
        assertThat(received).isEqualTo(sent);
        stream.close();
    }

    @Test
    void connectionsGoOnWhileSendersAreSpreadOverTwoSockets() throws Exception {
        SharedUdpPorts ports = new SharedUdpPorts(QuicLimits.DEFAULT);
        List<Host> dialers = new ArrayList<>();
        InetSocketAddress address;
        try (Host listener = Libp2p.host()
                .transports(QuicTransport.factory(ports))
                .listen("/ip4/127.0.0.1/udp/0/quic-v1")
                .start()) {
            listener.handle("/echo/1", stream -> {
                java.nio.ByteBuffer buffer = java.nio.ByteBuffer.allocate(1 << 14);
                while (stream.read(buffer) >= 0) {
                    stream.write(buffer.flip());
                    buffer.clear();
                }
                stream.closeWrite();
            });
            PeerAddress there = PeerAddress.of(listener.peerId(), listener.addresses());
            QuicPort port = (QuicPort) ports.listening().getFirst();
            address = port.localAddress();
            for (int i = 0; i < DIALERS / 2; i++) {
                dialers.add(Libp2p.host().start());
                echo(dialers.get(i), there, i);
            }
            if (port.sockets()
                    == 1) { // else the loop was kept waiting for the processor, and the port was widened for it
                assertThat(port.socketsInUse()).isEqualTo(1);
                port.widen();
            }
            assumeTrue(port.sockets() == 2, "the system does not spread datagrams, or has one processor");
            for (int i = DIALERS / 2; i < DIALERS; i++) {
                dialers.add(Libp2p.host().start());
            }
            for (int i = 0; i < DIALERS; i++) {
                echo(dialers.get(i), there, 100 + i);
            }
            assertThat(port.socketsInUse()).isEqualTo(2);
            assertThat(listener.connections()).hasSize(DIALERS);
            assertThatThrownBy(() -> SystemEnvironment.shared().network().bindUdpForBatches(port.localAddress()))
                    .isInstanceOf(BindException.class);
        } finally {
            for (Host dialer : dialers) {
                dialer.close();
            }
        }
        try (DatagramSocket again = new DatagramSocket(address)) {
            assertThat(again.isBound()).isTrue();
        }
    }

    /** Tells for each activity that ends whether an address was free then. */
    private static final class WatchedAddress extends ForwardingEnvironment {
        private final BlockingQueue<Boolean> free = new LinkedBlockingQueue<>();
        private volatile @Nullable InetSocketAddress address;

        WatchedAddress() {
            super(SystemEnvironment.shared());
        }

        @Override
        public Runnable trackActivity() {
            Runnable end = super.trackActivity();
            return () -> {
                InetSocketAddress watched = address;
                if (watched != null) {
                    try (DatagramSocket again = new DatagramSocket(watched)) {
                        free.add(again.isBound());
                    } catch (SocketException taken) {
                        free.add(false);
                    }
                }
                end.run();
            };
        }
    }

    @Test
    void closingAHostWaitsUntilItsAddressIsFree() throws Exception {
        SharedUdpPorts ports = new SharedUdpPorts(QuicLimits.DEFAULT);
        WatchedAddress environment = new WatchedAddress();
        try (Host listener = Libp2p.host()
                .environment(environment)
                .transports(QuicTransport.factory(ports))
                .listen("/ip4/127.0.0.1/udp/0/quic-v1")
                .start()) {
            assertThat(listener.addresses()).hasSize(1);
            environment.address = ports.listening().getFirst().localAddress();
        }
        // the environment hears of the end after the host, whose close may have returned by then
        assertThat(environment.free.poll(30, TimeUnit.SECONDS)).isTrue();
        assertThat(environment.free).isEmpty();
    }

    /**
     * A clock on which whatever an event loop does takes long, from when it is told so; it tells when a socket was asked
     * for.
     */
    private static final class SlowLoops extends ForwardingEnvironment {
        private final AtomicLong later = new AtomicLong();
        private final CountDownLatch asked = new CountDownLatch(1);
        private volatile boolean slow;

        SlowLoops() {
            super(SystemEnvironment.shared());
        }

        @Override
        public long nanoTime() {
            boolean onLoop = slow && Thread.currentThread().getName().startsWith("libp2p-loop");
            return super.nanoTime() + (onLoop ? later.addAndGet(5_000_000) : later.get());
        }

        @Override
        public Thread start(String name, Runnable task) {
            return super.start(name, () -> {
                task.run();
                if (name.equals("quic-socket")) {
                    asked.countDown();
                }
            });
        }
    }

    @Test
    void aPortWhoseLoopHasNoTimeLeftGetsAnother() throws Exception {
        SharedUdpPorts ports = new SharedUdpPorts(QuicLimits.DEFAULT);
        SlowLoops environment = new SlowLoops();
        try (Host listener = Libp2p.host()
                        .environment(environment)
                        .transports(QuicTransport.factory(ports))
                        .listen("/ip4/127.0.0.1/udp/0/quic-v1")
                        .start();
                Host alice = Libp2p.host().start();
                Host bob = Libp2p.host().start()) {
            PeerAddress there = PeerAddress.of(listener.peerId(), listener.addresses());
            Ping.once(alice, there);
            Ping.once(bob, there);
            QuicPort port = (QuicPort) ports.listening().getFirst();
            assertThat(port.sockets()).isEqualTo(1);
            environment.slow = true;
            for (int i = 0; environment.asked.getCount() > 0; i++) {
                assertThat(i).as("pings").isLessThan(500);
                Ping.once(alice, there);
                Ping.once(bob, there);
            }
            environment.slow = false;
            assumeTrue(port.sockets() == 2, "the system does not spread datagrams, or has one processor");
            Ping.once(alice, there);
            Ping.once(bob, there);
        }
    }
}
