package libp2p.growth;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.ForwardingEnvironment;
import libp2p.core.environment.Network;
import libp2p.core.environment.ReadHandler;
import libp2p.core.environment.TcpChannel;
import libp2p.core.environment.TcpListener;
import libp2p.core.environment.UdpSocket;
import org.jspecify.annotations.Nullable;

/**
 * The environment of a stranger whose messages go wrong on the way, at a place that the seed picks: the rest of what a
 * connection sends is lost, random, or differs in a bit, or the connection is reset there. So a host that means no harm
 * makes every handshake half, malformed and silent at every place. Used by the threads of one simulation.
 */
final class Tampering extends ForwardingEnvironment {
    private enum Mishap {
        NONE,
        BIT,
        GARBAGE,
        SILENCE,
        RESET
    }

    private final RandomGenerator random;
    private final int farthest;
    private final List<AutoCloseable> silent = new ArrayList<>();

    /** @param farthest bytes, or datagrams over UDP, before which something goes wrong */
    Tampering(Environment inner, RandomGenerator random, int farthest) {
        super(inner);
        this.random = random;
        this.farthest = farthest;
    }

    /** Closes the connections that have fallen silent, of which the host that had them has known nothing. */
    void endSilence() throws Exception {
        for (AutoCloseable connection : silent) {
            connection.close();
        }
        silent.clear();
    }

    /** The fault of one connection, and its place. */
    private final class Fault {
        private final Mishap mishap = Mishap.values()[random.nextInt(Mishap.values().length)];
        private final int place = random.nextInt(1 + random.nextInt(farthest));
        private long sent;

        /** The bytes that are sent instead. */
        ByteBuffer changed(ByteBuffer source) {
            ByteBuffer copy = ByteBuffer.allocate(source.remaining());
            copy.put(source.duplicate()).flip();
            int from = (int) Math.max(0, Math.min(copy.limit(), place - sent));
            switch (mishap) {
                case NONE -> {}
                case BIT -> {
                    if (sent <= place && from < copy.limit()) {
                        copy.put(from, (byte) (copy.get(from) ^ 1 << random.nextInt(Byte.SIZE)));
                    }
                }
                case GARBAGE -> {
                    for (int i = from; i < copy.limit(); i++) {
                        copy.put(i, (byte) random.nextInt());
                    }
                }
                case SILENCE, RESET -> copy.limit(from);
            }
            return copy;
        }

        boolean ends(Mishap how) {
            return mishap == how && sent >= place;
        }
    }

    private final class Channel implements TcpChannel {
        private final TcpChannel inner;
        private final Fault fault = new Fault();
        private boolean closed;

        Channel(TcpChannel inner) {
            this.inner = inner;
        }

        @Override
        public void write(ByteBuffer source) throws IOException {
            ByteBuffer changed = fault.changed(source);
            fault.sent += source.remaining();
            source.position(source.limit());
            inner.write(changed);
            resetIfDue();
        }

        @Override
        public void tryWrite(ByteBuffer source) throws IOException {
            ByteBuffer changed = fault.changed(source);
            if (changed.hasRemaining()) {
                inner.tryWrite(changed);
            }
            int taken = changed.hasRemaining() ? changed.position() : source.remaining();
            fault.sent += taken;
            source.position(source.position() + taken);
            resetIfDue();
        }

        private void resetIfDue() throws IOException {
            if (fault.ends(Mishap.RESET)) {
                inner.resetOnClose(true);
                inner.close();
                throw new IOException("Connection reset");
            }
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            return inner.read(target);
        }

        @Override
        public void onReadable(ReadHandler handler) {
            inner.onReadable(() -> closed ? discard() : handler.onReadable());
        }

        /** The bytes that still come for a host that believes the connection closed. */
        private long discard() {
            ByteBuffer rest = ByteBuffer.allocate(1 << 12);
            int read = -1;
            try {
                do {
                    read = inner.read(rest.clear());
                } while (read > 0);
            } catch (IOException reset) {
                read = -1;
            }
            if (read < 0) {
                inner.close();
            }
            return 0;
        }

        @Override
        public void shutdownOutput() throws IOException {
            if (!fault.ends(Mishap.SILENCE)) {
                inner.shutdownOutput();
            }
        }

        @Override
        public void resetOnClose(boolean reset) {
            inner.resetOnClose(reset);
        }

        @Override
        public InetSocketAddress localAddress() {
            return inner.localAddress();
        }

        @Override
        public InetSocketAddress remoteAddress() {
            return inner.remoteAddress();
        }

        @Override
        public void close() {
            if (fault.ends(Mishap.SILENCE)) {
                closed = true;
                silent.add(inner);
            } else {
                inner.close();
            }
        }
    }

    /** Counts datagrams instead of bytes; a reset is silence. */
    private final class Socket implements UdpSocket {
        private final UdpSocket inner;
        private final Fault fault = new Fault();

        Socket(UdpSocket inner) {
            this.inner = inner;
        }

        private @Nullable ByteBuffer changed(ByteBuffer source) {
            ByteBuffer copy = ByteBuffer.allocate(source.remaining());
            copy.put(source).flip();
            boolean due = fault.sent++ >= fault.place;
            if (!due || fault.mishap == Mishap.NONE) {
                return copy;
            }
            if (fault.mishap == Mishap.SILENCE || fault.mishap == Mishap.RESET) {
                return null;
            }
            int changes = fault.mishap == Mishap.BIT ? 1 : copy.limit();
            for (int i = 0; i < changes; i++) {
                copy.put(random.nextInt(copy.limit()), (byte) random.nextInt());
            }
            return copy;
        }

        @Override
        public void send(ByteBuffer source, InetSocketAddress target) throws IOException {
            ByteBuffer changed = changed(source);
            if (changed != null) {
                inner.send(changed, target);
            }
        }

        @Override
        public boolean trySend(ByteBuffer source, InetSocketAddress target) throws IOException {
            ByteBuffer changed = changed(source);
            return changed == null || inner.trySend(changed, target);
        }

        @Override
        public InetSocketAddress localAddress() {
            return inner.localAddress();
        }

        @Override
        public InetSocketAddress receive(ByteBuffer target) throws IOException {
            return inner.receive(target);
        }

        @Override
        public boolean onReadable(ReadHandler handler) {
            return inner.onReadable(handler);
        }

        @Override
        public @Nullable InetSocketAddress tryReceive(ByteBuffer target) throws IOException {
            return inner.tryReceive(target);
        }

        @Override
        public void wakeAfter(long nanos) {
            inner.wakeAfter(nanos);
        }

        @Override
        public void close() {
            inner.close();
        }
    }

    @Override
    public Network network() {
        Network network = environment.network();
        return new Network() {
            @Override
            public TcpChannel connectTcp(@Nullable InetSocketAddress local, InetSocketAddress remote, Deadline deadline)
                    throws IOException {
                return new Channel(network.connectTcp(local, remote, deadline));
            }

            @Override
            public TcpListener listenTcp(InetSocketAddress local, int backlog, boolean reusePort) throws IOException {
                return network.listenTcp(local, backlog, reusePort);
            }

            @Override
            public UdpSocket bindUdp(InetSocketAddress local) throws IOException {
                return new Socket(network.bindUdp(local));
            }

            @Override
            public List<InetAddress> resolve(String host, Deadline deadline) throws IOException {
                return network.resolve(host, deadline);
            }

            @Override
            public List<String> resolveText(String name, Deadline deadline) throws IOException {
                return network.resolveText(name, deadline);
            }

            @Override
            public List<InetAddress> interfaceAddresses() throws IOException {
                return network.interfaceAddresses();
            }
        };
    }
}
