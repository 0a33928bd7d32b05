package libp2p.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A long way between UDP sockets of this machine: each datagram takes half of the round trip, and some never arrive.
 * Which ones follows from the seed and the order in which they come. Clients send to {@link #port}; each has a socket
 * of its own towards the server. One thread; {@link #close} ends it.
 */
final class LossyLink implements AutoCloseable {
    private static final int LARGEST = 1 << 16;
    private static final int RECEIVE_BUFFER = 4 << 20;
    /** Datagrams on the way at a time; later ones are lost, as in a queue that is full. */
    private static final int MOST = 20_000;

    private final InetSocketAddress server;
    private final long delayNanos;
    private final double loss;
    private final Random random;
    private final Selector selector = Selector.open();
    private final DatagramChannel front;
    private final Map<InetSocketAddress, DatagramChannel> clients = new HashMap<>();
    private final ArrayDeque<OnTheWay> way = new ArrayDeque<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(LARGEST);
    private final Thread thread =
            Thread.ofPlatform().name("lossy-link").daemon().unstarted(this::run);

    /** A datagram, when it arrives, through which socket, and where. */
    private record OnTheWay(long at, byte[] datagram, DatagramChannel through, InetSocketAddress to) {}

    /**
     * @param roundTripMillis of a datagram and its answer
     * @param loss the part of all datagrams that is lost, each way
     */
    LossyLink(int serverPort, int roundTripMillis, double loss, long seed) throws IOException {
        server = new InetSocketAddress(InetAddress.getByName("127.0.0.1"), serverPort);
        delayNanos = roundTripMillis * 1_000_000L / 2;
        this.loss = loss;
        random = new Random(seed);
        front = open(new InetSocketAddress(server.getAddress(), 0), null);
    }

    /** Port to which clients send. */
    int port() throws IOException {
        return ((InetSocketAddress) front.getLocalAddress()).getPort();
    }

    LossyLink start() {
        thread.start();
        return this;
    }

    /** @param client whose socket this is, or null for that of all */
    private DatagramChannel open(InetSocketAddress local, @Nullable InetSocketAddress client) throws IOException {
        DatagramChannel channel = DatagramChannel.open();
        channel.setOption(java.net.StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER);
        channel.bind(local);
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ, client);
        return channel;
    }

    private void run() {
        try {
            while (selector.isOpen()) {
                OnTheWay next = way.peekFirst();
                long wait = next == null ? 1_000 : (next.at - System.nanoTime()) / 1_000_000;
                if (next != null && wait <= 0) {
                    selector.selectNow();
                } else {
                    selector.select(wait);
                }
                for (SelectionKey key : selector.selectedKeys()) {
                    receive((DatagramChannel) key.channel(), (InetSocketAddress) key.attachment());
                }
                selector.selectedKeys().clear();
                deliver(System.nanoTime());
            }
        } catch (IOException | ClosedSelectorException closed) {
            // the measurement is over
        }
    }

    private void receive(DatagramChannel channel, @Nullable InetSocketAddress client) throws IOException {
        while (true) {
            InetSocketAddress from = (InetSocketAddress) channel.receive(buffer.clear());
            if (from == null) {
                return;
            }
            byte[] datagram = new byte[buffer.flip().remaining()];
            buffer.get(datagram);
            if (random.nextDouble() < loss || way.size() == MOST) {
                continue;
            }
            long at = System.nanoTime() + delayNanos;
            if (client != null) {
                way.addLast(new OnTheWay(at, datagram, front, client));
            } else {
                DatagramChannel through = clients.get(from);
                if (through == null) {
                    through = open(new InetSocketAddress(server.getAddress(), 0), from);
                    clients.put(from, through);
                }
                way.addLast(new OnTheWay(at, datagram, through, server));
            }
        }
    }

    private void deliver(long now) throws IOException {
        OnTheWay next;
        while ((next = way.peekFirst()) != null && next.at <= now) {
            way.removeFirst();
            next.through.send(ByteBuffer.wrap(next.datagram), next.to);
        }
    }

    @Override
    public void close() {
        try {
            selector.close();
            front.close();
            for (DatagramChannel one : clients.values()) {
                one.close();
            }
            thread.join(1_000);
        } catch (IOException e) {
            // nothing is left to do with it
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
