package libp2p.scenarios.flood;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TcpChannel;
import libp2p.core.identity.Identity;
import libp2p.core.muxer.MuxedConnection;
import libp2p.core.muxer.MuxedStream;
import libp2p.core.resource.Direction;
import libp2p.core.security.SecureConnection;
import libp2p.core.security.SecurityRequest;
import libp2p.core.security.SecurityRequest.Role;
import libp2p.core.testing.ChannelConnection;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.muxers.yamux.Yamux;
import libp2p.security.noise.Noise;
import libp2p.swarm.resource.CountingResourceManager;
import libp2p.swarm.resource.ResourceLimits;
import libp2p.system.SystemEnvironment;

/** One connection of an attacker, which speaks the protocols by hand as far as it likes to. */
final class Stranger implements AutoCloseable {
    static final byte[] HEADER = message("/multistream/1.0.0");
    private static final Environment ENVIRONMENT = SystemEnvironment.shared();
    private static final CountingResourceManager RESOURCES =
            new CountingResourceManager(ENVIRONMENT, ResourceLimits.unlimited());
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Raw raw;
    private Identity identity = Identity.generate(ENVIRONMENT);

    private Stranger(Raw raw) {
        this.raw = raw;
    }

    static Stranger connect(InetSocketAddress target) throws IOException {
        return new Stranger(
                new Raw(ENVIRONMENT.network().connectTcp(null, target, Deadline.after(ENVIRONMENT, PATIENCE))));
    }

    static byte[] message(String text) {
        byte[] bytes = (" " + text + "\n").getBytes(StandardCharsets.US_ASCII);
        bytes[0] = (byte) (bytes.length - 1);
        return bytes;
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    Identity identity() {
        return identity;
    }

    /** Says the same on every connection. */
    Stranger as(Identity value) {
        identity = value;
        return this;
    }

    void write(byte[] bytes) throws IOException {
        raw.write(ByteBuffer.wrap(bytes));
    }

    /** Waits until the other end closes or says something. */
    int read() throws IOException {
        return raw.read(ByteBuffer.allocate(256));
    }

    /** From now on nothing is read from the socket. */
    void stopReading() {
        raw.stopped = true;
    }

    SecureConnection secure() throws IOException {
        write(join(HEADER, message("/noise")));
        ByteBuffer answer = ByteBuffer.allocate(HEADER.length + message("/noise").length);
        while (answer.hasRemaining()) {
            if (raw.read(answer) < 0) {
                throw new EOFException("refused");
            }
        }
        return Noise.create(identity, ENVIRONMENT)
                .secure(raw, new SecurityRequest(ENVIRONMENT, Role.INITIATOR, null, List.of()));
    }

    static void send(SecureConnection secure, byte[] bytes) throws IOException {
        secure.write(ByteBuffer.wrap(bytes));
        secure.flush();
    }

    /** Goes as far as streams. */
    MuxedConnection muxed() throws IOException {
        SecureConnection secure = secure();
        boolean done = false;
        try {
            send(secure, join(HEADER, message("/yamux/1.0.0")));
            int expected = HEADER.length + message("/yamux/1.0.0").length;
            while (expected > 0) {
                ByteBuffer answer = secure.read();
                if (answer == null) {
                    throw new EOFException("refused");
                }
                int taken = Math.min(expected, answer.remaining());
                answer.position(answer.position() + taken);
                expected -= taken;
            }
            MuxedConnection muxed = new Yamux()
                    .mux(
                            ENVIRONMENT,
                            secure,
                            true,
                            RESOURCES.openConnection(Direction.OUTBOUND, true, Multiaddr.parse("/memory/1")));
            done = true;
            return muxed;
        } finally {
            if (!done) {
                secure.close();
            }
        }
    }

    static MuxedStream open(MuxedConnection muxed) throws IOException {
        MuxedStream stream = muxed.openStream(Deadline.after(ENVIRONMENT, PATIENCE));
        stream.readTimeout(PATIENCE);
        stream.writeTimeout(PATIENCE);
        return stream;
    }

    static void write(MuxedStream stream, byte[]... parts) throws IOException {
        stream.write(ByteBuffer.wrap(join(parts)));
    }

    /** Reads all that comes. */
    static void drain(MuxedStream stream) throws IOException {
        byte[] buffer = new byte[256];
        while (stream.read(buffer, 0, buffer.length) >= 0) {
            // what the other end says is of no interest
        }
    }

    @Override
    public void close() {
        raw.close();
    }

    private static final class Raw extends ChannelConnection {
        private final CountDownLatch closed = new CountDownLatch(1);
        volatile boolean stopped;

        Raw(TcpChannel channel) {
            super(channel);
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            if (stopped) {
                try {
                    closed.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return -1;
            }
            return super.read(target);
        }

        @Override
        public void close() {
            super.close();
            closed.countDown();
        }
    }
}
