package libp2p.transports.quic.driver;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.quic.connection.SendBatch;
import org.jspecify.annotations.Nullable;

/**
 * A channel that does not block, and a platform thread that reads it. For every platform; one system call a datagram.
 */
class ChannelDatagrams implements DatagramIo {
    private static final System.Logger LOG = System.getLogger("libp2p.transports.quic");
    private static final int DATAGRAM = 2048;
    private static final int BATCH = 16 * 1472;
    private static final int SEGMENTS = 16;
    private static final int SOCKET_BUFFER = 4 << 20;
    /** Datagrams that are read before what came is answered. */
    private static final int BURST = 64;

    final DatagramChannel channel;
    private final InetSocketAddress local;
    private final Selector selector;
    /**
     * Threads that send now; the socket is closed when they have left, since its number may be another's after that.
     */
    private final AtomicInteger senders = new AtomicInteger();

    private volatile @Nullable Thread reader;
    private volatile boolean closed;

    /** @param mark any number from 0 to 65,535; sockets that are opened at the same time should have different ones */
    ChannelDatagrams(InetSocketAddress address, int mark) throws IOException {
        boolean ipv4 = address.getAddress() instanceof Inet4Address;
        DatagramChannel opened =
                DatagramChannel.open(ipv4 ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6);
        boolean done = false;
        LinuxSockets calls = LinuxSockets.calls();
        try {
            if (!ipv4 && calls != null) {
                calls.leaveIpv4(opened, mark);
            }
            opened.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER);
            opened.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER);
            opened.bind(address);
            opened.configureBlocking(false);
            selector = Selector.open();
            opened.register(selector, SelectionKey.OP_READ);
            channel = opened;
            local = (InetSocketAddress) opened.getLocalAddress();
            done = true;
        } finally {
            if (!done) {
                opened.close();
            }
        }
    }

    @Override
    public final InetSocketAddress localAddress() {
        return local;
    }

    @Override
    public void start(Sink sink) {
        reader = Thread.ofPlatform()
                .name("libp2p-quic-" + local.getPort())
                .daemon()
                .start(() -> loop(sink));
    }

    private void loop(Sink sink) {
        try {
            while (!closed) {
                selector.select(key -> {});
                boolean more = true;
                while (more && !closed) {
                    try {
                        more = read(sink);
                    } catch (RuntimeException | Error failure) {
                        LOG.log(System.Logger.Level.ERROR, "a datagram could not be dealt with", failure);
                    }
                    sink.turnOver();
                }
            }
        } catch (IOException failure) {
            if (!closed) {
                LOG.log(System.Logger.Level.WARNING, "a QUIC socket failed: {0}", failure.toString());
            }
        } finally {
            release();
        }
    }

    /** Reads a burst; returns whether there may be more. */
    boolean read(Sink sink) throws IOException {
        ByteBuffer target = buffer();
        for (int i = 0; i < BURST; i++) {
            target.clear();
            InetSocketAddress from = (InetSocketAddress) channel.receive(target);
            if (from == null) {
                return false;
            }
            sink.datagram(target, 0, target.position(), from, 0);
        }
        return true;
    }

    private final ByteBuffer reading = ByteBuffer.allocateDirect(DATAGRAM);

    private ByteBuffer buffer() {
        return reading;
    }

    @Override
    public SendBatch newBatch() {
        return new SendBatch(ByteBuffer.allocateDirect(BATCH), SEGMENTS);
    }

    @Override
    public final void send(SendBatch batch) {
        senders.incrementAndGet();
        try {
            if (!closed) {
                transmit(batch);
            }
        } finally {
            senders.decrementAndGet();
        }
    }

    /** Sends a batch; the socket is open. */
    void transmit(SendBatch batch) {
        ByteBuffer datagram = batch.buffer().duplicate().clear();
        for (int from = 0; from < batch.length(); from += batch.segment()) {
            datagram.limit(Math.min(batch.length(), from + batch.segment())).position(from);
            send(datagram, batch.remote());
        }
    }

    @Override
    public final void send(ByteBuffer datagram, InetSocketAddress to) {
        try {
            channel.send(datagram, to);
        } catch (IOException lost) {
            // as any datagram may be
        }
    }

    /** The thread that reads closes the socket; whoever closes waits for it, unless it is that thread itself. */
    @Override
    public final void close() {
        closed = true;
        selector.wakeup();
        Thread current = reader;
        if (current == null) {
            release();
        } else if (current != Thread.currentThread()) {
            boolean interrupted = false;
            while (current.isAlive()) {
                try {
                    current.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void release() {
        closed = true;
        while (senders.get() > 0) {
            Thread.onSpinWait();
        }
        try {
            channel.close();
            selector.close();
        } catch (IOException ignored) {
            LOG.log(System.Logger.Level.DEBUG, "closing a socket failed: {0}", ignored.toString());
        }
    }
}
