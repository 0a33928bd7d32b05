package libp2p.transports.quic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import libp2p.core.environment.DatagramBatch;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.ForwardingEnvironment;
import libp2p.core.environment.Network;
import libp2p.core.environment.ReadHandler;
import libp2p.core.environment.UdpSocket;
import libp2p.core.identity.Identity;
import libp2p.core.muxer.MuxedStream;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.resource.Reservation;
import libp2p.security.SecurityLimits;
import libp2p.security.tls.Libp2pCertificate;
import libp2p.security.tls.PeerCredentials;
import libp2p.streams.engine.Application;
import libp2p.system.SystemEnvironment;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The work of an event loop for a connection: one turn of its lock for all that is read together, and no handshakes.
 */
class LoopTurnsTest {
    /** Reads and bytes after which a turn ends though there is more. */
    private static final int READS = 8;

    private static final int READ_BYTES = 64 << 10;

    private static final int BYTES = 16 << 20;
    private static final Duration MINUTES = Duration.ofMinutes(5);

    /** Keeps an account of what the loop does with the first socket that is bound. */
    private static final class Watched extends ForwardingEnvironment {
        final AtomicInteger datagrams = new AtomicInteger();
        final AtomicInteger largestRead = new AtomicInteger();
        final AtomicInteger turns = new AtomicInteger();
        /** Sends of the loop while it read: each shows that a turn had ended before all was read that it is for. */
        final Queue<String> early = new ConcurrentLinkedQueue<>();

        private boolean bound;
        // of the loop
        private int reads;
        private int bytes;
        private boolean reading;
        private boolean sentInTurn;

        Watched() {
            super(SystemEnvironment.shared());
        }

        @Override
        public Network network() {
            Network real = super.network();
            return proxy(Network.class, real, (method, arguments) -> {
                Object made = method.invoke(real, arguments);
                if (!bound && made instanceof UdpSocket socket) {
                    bound = true;
                    return proxy(UdpSocket.class, socket, (called, given) -> seen(socket, called, given));
                }
                return made;
            });
        }

        private Object seen(UdpSocket socket, Method called, Object[] given) throws ReflectiveOperationException {
            if (called.getName().equals("onReadable")) {
                ReadHandler handler = (ReadHandler) given[0];
                return socket.onReadable(() -> {
                    reads = 0;
                    bytes = 0;
                    reading = true;
                    return handler.onReadable();
                });
            }
            if (called.getName().equals("trySend") && isLoop() && reading) {
                if (reads < READS || bytes < READ_BYTES) {
                    early.add("after " + reads + " reads of " + bytes + " bytes");
                } else if (!sentInTurn) {
                    turns.incrementAndGet();
                }
                sentInTurn = true;
            }
            Object result = called.invoke(socket, given);
            if (called.getName().equals("tryReceive")) {
                if (sentInTurn) {
                    reads = 0;
                    bytes = 0;
                    sentInTurn = false;
                }
                if (Boolean.TRUE.equals(result) && given[0] instanceof DatagramBatch batch) {
                    int count = (batch.length() + batch.segment() - 1) / batch.segment();
                    datagrams.addAndGet(count);
                    largestRead.accumulateAndGet(count, Math::max);
                    reads++;
                    bytes += batch.length();
                } else {
                    reading = false; // what is sent now ends the turn, or is due by time
                    turns.incrementAndGet();
                }
            }
            return result;
        }
    }

    private interface Call {
        Object on(Method method, Object[] arguments) throws ReflectiveOperationException;
    }

    private static <T> T proxy(Class<T> type, T real, Call call) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, given) -> {
            try {
                return call.on(method, given);
            } catch (InvocationTargetException failure) {
                throw failure.getCause();
            }
        }));
    }

    private static boolean isLoop() {
        return Thread.currentThread().getName().startsWith("libp2p-loop");
    }

    /** Memory that is not counted. */
    private static final Reservation FREE = new Reservation() {
        @Override
        public long bytes() {
            return 0;
        }

        @Override
        public void grow(long bytes, int priority) {}

        @Override
        public void shrink(long bytes) {}

        @Override
        public void close() {}
    };

    static ConnectionScope scope() {
        return (ConnectionScope) Proxy.newProxyInstance(
                ConnectionScope.class.getClassLoader(),
                new Class<?>[] {ConnectionScope.class},
                (self, method, given) -> method.getReturnType() == Reservation.class ? FREE : null);
    }

    /** Takes every connection. */
    static class Doorman implements QuicAcceptor {
        final LinkedBlockingQueue<QuicConnection> arrived = new LinkedBlockingQueue<>();
        final LinkedBlockingQueue<Throwable> failed = new LinkedBlockingQueue<>();
        private final Function<Libp2pCertificate, PeerCredentials> credentials;

        Doorman(Function<Libp2pCertificate, PeerCredentials> credentials) {
            this.credentials = credentials;
        }

        @Override
        public String name() {
            return Libp2pProtocol.NAME;
        }

        @Override
        public Application application(QuicConnection connection) {
            return new QuicStreams(connection);
        }

        @Override
        public ConnectionScope admit(InetSocketAddress local, InetSocketAddress remote) {
            return scope();
        }

        @Override
        public @Nullable ConnectionScope unproved(InetSocketAddress remote) {
            return scope();
        }

        @Override
        public void admit(InetSocketAddress local, InetSocketAddress remote, ConnectionScope unproved) {}

        @Override
        public PeerCredentials credentials(Libp2pCertificate certificate) {
            return credentials.apply(certificate);
        }

        @Override
        public void accepted(QuicConnection connection, ConnectionScope scope) {
            arrived.add(connection);
        }

        @Override
        public void failed(InetSocketAddress local, InetSocketAddress remote, ConnectionScope scope, Throwable why) {
            failed.add(why);
        }
    }

    /** Nothing gives up because a processor was busy. */
    private static final QuicLimits PATIENT = QuicLimits.DEFAULT.withTimeouts(
            times -> times.withIdle(MINUTES).withAccept(MINUTES).withUnproved(MINUTES));

    static QuicPort port(Environment environment) throws IOException {
        Identity identity = Identity.generate(environment);
        Libp2pCertificate certificate = Libp2pCertificate.create(identity, environment);
        return new QuicEngine(environment, identity, certificate, PATIENT, Diagnostics.NONE)
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @Test
    void theLoopTakesTheLockOnceForAllDatagramsThatAreReadTogether() throws Exception {
        Watched environment = new Watched();
        Doorman doorman = new Doorman(LoopTurnsTest::credentials);
        try (QuicPort listener = port(environment);
                QuicPort dialer = port(SystemEnvironment.shared())) {
            listener.accept(doorman);
            QuicConnection connection = dialer.connect(
                    listener.localAddress(), protocol(LoopTurnsTest::credentials), scope(), Deadline.NONE);
            MuxedStream sending = connection.openStream(Deadline.NONE);
            Thread writer = Thread.ofVirtual().start(() -> {
                try {
                    sending.write(ByteBuffer.allocate(BYTES));
                } catch (IOException failure) {
                    sending.reset(0);
                }
            });
            MuxedStream receiving = doorman.arrived.take().acceptStream();
            ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
            for (int left = BYTES; left > 0; ) {
                int count = receiving.read(buffer.clear());
                assertThat(count).isPositive();
                left -= count;
            }
            writer.join();
        }
        assertThat(environment.early).isEmpty();
        assumeTrue(environment.largestRead.get() >= 8, "the system hands over one datagram at a time");
        assertThat(environment.turns.get()).isLessThan(environment.datagrams.get() / 4);
    }

    /**
     * The certificate of the remote is judged in the middle of a handshake's computations. While that takes its time
     * for one connection, the same two loops carry another from its first datagram to its end.
     */
    @ParameterizedTest(name = "slow on the side that listens: {0}")
    @ValueSource(booleans = {false, true})
    void aHandshakeThatComputesHoldsNoLoopUp(boolean atListener) throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Queue<String> threads = new ConcurrentLinkedQueue<>();
        Function<Libp2pCertificate, PeerCredentials> quick =
                certificate -> new Judging(certificate, () -> threads.add(currentName()));
        Function<Libp2pCertificate, PeerCredentials> slow = certificate -> new Judging(certificate, () -> {
            threads.add(currentName());
            if (begun.getCount() > 0) { // the first connection's
                begun.countDown();
                await(goOn);
            }
        });
        Doorman doorman = new Doorman(atListener ? slow : quick);
        try (QuicPort listener = port(SystemEnvironment.shared());
                QuicPort dialer = port(SystemEnvironment.shared())) {
            listener.accept(doorman);
            QuicConnection late = dialer.begin(listener.localAddress(), protocol(atListener ? quick : slow), scope());
            FutureTask<@Nullable Void> dial = new FutureTask<>(() -> {
                late.awaitHandshake(Deadline.NONE);
                return null;
            });
            Thread.ofVirtual().start(dial);
            begun.await();
            QuicConnection other = dialer.connect(listener.localAddress(), protocol(quick), scope(), Deadline.NONE);
            QuicConnection accepted = doorman.arrived.take();
            roundTrip(other, accepted);
            goOn.countDown();
            dial.get();
            roundTrip(late, doorman.arrived.take());
        }
        assertThat(threads).hasSize(4).noneMatch(name -> name.startsWith("libp2p-loop"));
    }

    private static void roundTrip(QuicConnection from, QuicConnection to) throws IOException {
        MuxedStream there = from.openStream(Deadline.NONE);
        there.write(new byte[] {7}, 0, 1);
        byte[] got = new byte[1];
        assertThat(to.acceptStream().read(got, 0, 1)).isEqualTo(1);
        assertThat(got).containsExactly(7);
    }

    static QuicProtocol protocol(Function<Libp2pCertificate, PeerCredentials> credentials) {
        return new Libp2pProtocol(credentials);
    }

    static PeerCredentials credentials(Libp2pCertificate certificate) {
        return new PeerCredentials(certificate, null, SystemEnvironment.shared(), SecurityLimits.DEFAULT);
    }

    private static String currentName() {
        return Thread.currentThread().getName();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException cut) {
            Thread.currentThread().interrupt();
        }
    }

    /** Tells before it judges a certificate. */
    private static final class Judging extends PeerCredentials {
        private final Runnable before;

        Judging(Libp2pCertificate certificate, Runnable before) {
            super(certificate, null, SystemEnvironment.shared(), SecurityLimits.DEFAULT);
            this.before = before;
        }

        @Override
        public byte[] verify(List<byte[]> chain) throws IOException {
            before.run();
            return super.verify(chain);
        }
    }
}
