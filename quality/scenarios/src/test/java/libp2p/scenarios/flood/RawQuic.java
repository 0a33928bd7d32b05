package libp2p.scenarios.flood;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import libp2p.core.environment.UdpSocket;
import libp2p.core.identity.Identity;
import libp2p.quic.connection.Connection;
import libp2p.quic.connection.ConnectionConfig;
import libp2p.quic.connection.Forger;
import libp2p.quic.connection.HandshakeWork;
import libp2p.quic.connection.SendBatch;
import libp2p.quic.endpoint.Endpoint;
import libp2p.quic.endpoint.EndpointLimits;
import libp2p.quic.protect.HostKeys;
import libp2p.quic.stream.QuicStream;
import libp2p.security.tls.Libp2pCertificate;
import libp2p.security.tls13.ClientHandshake;
import libp2p.security.tls13.Credentials;

/**
 * A connection of an attacker over QUIC, which shakes hands as anybody does and then sends packets, under its keys,
 * that no honest peer would. Its timers run while it shakes hands, and later only when something comes.
 */
final class RawQuic implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** How often what is due is looked for while the other side says nothing. */
    private static final Duration TICK = Duration.ofMillis(20);

    private static final int BUFFER = 1 << 16;

    /** The certificate of a new host; takes any of the other side. */
    private record AnyPeer(Libp2pCertificate certificates, boolean mutual) implements Credentials {
        @Override
        public byte[] certificate() {
            return certificates.encoded();
        }

        @Override
        public byte[] sign(byte[] content) {
            return certificates.sign(content);
        }

        @Override
        public byte[] verify(List<byte[]> chain) throws IOException {
            return Libp2pCertificate.subjectPublicKeyInfo(chain.getFirst());
        }
    }

    private final Environment environment;
    private final InetSocketAddress remote;
    private final UdpSocket socket;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition progress;
    private final Endpoint<RawQuic> endpoint;
    private final SendBatch batch = new SendBatch(ByteBuffer.allocate(1 << 15), 16);
    private final Connection connection;
    private boolean acknowledges = true;

    private RawQuic(Environment environment, UdpSocket socket, InetSocketAddress remote, String protocol)
            throws IOException {
        this.environment = environment;
        this.remote = remote;
        this.socket = socket;
        progress = new TimedCondition(environment, lock);
        byte[] secret = new byte[32];
        environment.secureRandom(secret);
        endpoint = new Endpoint<>(
                EndpointLimits.DEFAULT,
                new HostKeys(secret),
                environment::secureRandom,
                () -> environment.wallClock().getEpochSecond());
        Credentials credentials = new AnyPeer(
                Libp2pCertificate.create(Identity.generate(environment), environment), protocol.equals("libp2p"));
        connection = endpoint.connect(
                this,
                ConnectionConfig.DEFAULT,
                output -> new ClientHandshake(credentials, List.of(protocol), environment, output),
                remote,
                environment.nanoTime());
    }

    /** Shakes hands for libp2p, from a port that the system picks. */
    static RawQuic connect(Environment environment, InetSocketAddress local, InetSocketAddress remote)
            throws IOException {
        return connect(environment, local, remote, "libp2p");
    }

    /** Shakes hands for a protocol, from a port that the system picks. */
    static RawQuic connect(Environment environment, InetSocketAddress local, InetSocketAddress remote, String protocol)
            throws IOException {
        RawQuic raw = new RawQuic(environment, environment.network().bindUdp(local), remote, protocol);
        boolean done = false;
        try {
            environment.start("raw-quic", raw::read);
            raw.lock.lock();
            try {
                raw.settle();
                Deadline patience = Deadline.after(environment, PATIENCE);
                while (!raw.connection.isConfirmed()) {
                    raw.requireOpen();
                    if (!raw.progress.await(Deadline.after(environment, TICK))) {
                        raw.settle();
                    }
                    if (patience.passed(environment)) {
                        throw new InterruptedIOException("no handshake");
                    }
                }
            } finally {
                raw.lock.unlock();
            }
            done = true;
            return raw;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        } finally {
            if (!done) {
                raw.close();
            }
        }
    }

    private void read() {
        ByteBuffer datagram = ByteBuffer.allocate(BUFFER);
        try {
            while (true) {
                InetSocketAddress from = socket.receive(datagram.clear());
                int length = datagram.position();
                lock.lock();
                try {
                    long now = environment.nanoTime();
                    if (endpoint.route(datagram, 0, length, from, null, 0, now, stranger -> false) != null) {
                        connection.receive(datagram, 0, length, from, null, 0, now);
                    }
                    if (acknowledges || connection.closing() != null) {
                        settle();
                    }
                } finally {
                    lock.unlock();
                }
            }
        } catch (IOException closed) {
            // as meant
        }
    }

    /** Sends what is due. Needs the lock. */
    private void settle() throws IOException {
        long now = environment.nanoTime();
        if (connection.nextTimeout() <= now) {
            connection.timeout(now);
        }
        HandshakeWork work;
        while ((work = connection.pollWork()) != null) {
            work.run();
            connection.worked(work, environment.nanoTime());
        }
        batch.clear();
        while (connection.transmit(batch, environment.nanoTime())) {
            for (int at = 0; at < batch.length(); at += batch.segment()) {
                byte[] one = new byte[Math.min(batch.segment(), batch.length() - at)];
                batch.buffer().get(at, one);
                socket.send(ByteBuffer.wrap(one), remote);
            }
            batch.clear();
        }
        progress.signalAll();
    }

    private void requireOpen() throws IOException {
        if (connection.closing() != null || connection.isTerminated()) {
            throw new IOException("cut off: " + connection.closing());
        }
    }

    /** Sends a packet with these frames. */
    void send(byte[] frames) throws IOException {
        send(frames, socket);
    }

    /**
     * Sends a packet with these frames from another socket.
     *
     * @throws IOException if the other side has ended the connection
     */
    void send(byte[] frames, UdpSocket from) throws IOException {
        lock.lock();
        try {
            requireOpen();
            from.send(ByteBuffer.wrap(Forger.seal(connection, frames)), remote);
        } finally {
            lock.unlock();
        }
    }

    /** From now on it hears what comes, and acknowledges nothing. */
    void acknowledgeNothing() {
        lock.lock();
        try {
            acknowledges = false;
        } finally {
            lock.unlock();
        }
    }

    /** Leaves a packet number out. */
    void skip() {
        lock.lock();
        try {
            Forger.leaveOut(connection);
        } finally {
            lock.unlock();
        }
    }

    /** Opens a stream; waits until one may be opened. */
    QuicStream open(boolean bidirectional) throws IOException {
        lock.lock();
        try {
            await(() -> connection.streams().mayOpen(bidirectional));
            return connection.streams().open(bidirectional);
        } finally {
            lock.unlock();
        }
    }

    /** Sends bytes on a stream, and with the last ones its end; waits until there is room for all. */
    void send(QuicStream stream, byte[] bytes, boolean last) throws IOException {
        lock.lock();
        try {
            await(() -> stream.room() >= bytes.length);
            stream.write(bytes, 0, bytes.length);
            if (last) {
                stream.finish();
            }
            settle();
        } finally {
            lock.unlock();
        }
    }

    private void await(BooleanSupplier condition) throws IOException {
        Deadline patience = Deadline.after(environment, PATIENCE);
        try {
            while (!condition.getAsBoolean()) {
                requireOpen();
                if (!progress.await(patience)) {
                    throw new InterruptedIOException("no credit");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
        requireOpen();
    }

    /** Opens a stream, and resets it with its first byte; waits until one may be opened. */
    void openAndReset() throws IOException {
        lock.lock();
        try {
            QuicStream stream = open(true);
            stream.write(new byte[] {19}, 0, 1);
            settle();
            stream.reset(0);
            stream.stopSending(0);
            settle();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            connection.close(0, "", environment.nanoTime());
            settle();
        } catch (IOException gone) {
            // as well
        } finally {
            lock.unlock();
            socket.close();
        }
    }
}
