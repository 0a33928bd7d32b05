package libp2p.simulator;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.concurrent.locks.LockSupport;
import libp2p.core.environment.ReadHandler;
import libp2p.core.environment.UdpSocket;
import org.jspecify.annotations.Nullable;

/** A simulated UDP socket. */
final class SimulatedUdpSocket implements UdpSocket {
    private static final int MOST_BYTES = 65_507;
    /** What a socket holds unread, as on Linux; the rest is dropped. */
    private static final int BUFFER_BYTES = 212_992;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Datagram(InetSocketAddress from, byte[] bytes) {}

    private final SimulatedScheduler scheduler;
    private final HostNetwork network;
    private final InetSocketAddress local;
    private final ArrayDeque<Datagram> unread = new ArrayDeque<>(4);
    private int unreadBytes;
    private @Nullable Thread receiver;
    private @Nullable SocketEvents events;
    private boolean closed;

    SimulatedUdpSocket(SimulatedScheduler scheduler, HostNetwork network, InetSocketAddress local) {
        this.scheduler = scheduler;
        this.network = network;
        this.local = local;
    }

    @Override
    public InetSocketAddress localAddress() {
        return local;
    }

    @Override
    public InetSocketAddress receive(ByteBuffer target) throws IOException {
        scheduler.schedulePoint();
        if (receiver != null || events != null) {
            throw new IllegalStateException("another thread receives");
        }
        checkOpen();
        while (true) {
            if (closed) {
                throw new AsynchronousCloseException();
            }
            checkInterrupt();
            Datagram datagram = unread.pollFirst();
            if (datagram != null) {
                unreadBytes -= datagram.bytes.length;
                target.put(datagram.bytes, 0, Math.min(datagram.bytes.length, target.remaining()));
                return datagram.from;
            }
            receiver = Thread.currentThread();
            try {
                scheduler.park(this, Long.MAX_VALUE);
            } finally {
                receiver = null;
            }
        }
    }

    @Override
    public boolean onReadable(ReadHandler handler) {
        if (receiver != null || events != null) {
            throw new IllegalStateException("somebody receives already");
        }
        if (closed) {
            return false;
        }
        SocketEvents served = new SocketEvents(scheduler, network.host().nextLoop(), handler, () -> !unread.isEmpty());
        events = served;
        served.begin();
        return true;
    }

    @Override
    public @Nullable InetSocketAddress tryReceive(ByteBuffer target) throws IOException {
        SocketEvents served = events();
        if (!served.mayRead()) {
            return null;
        }
        checkOpen();
        Datagram datagram = unread.pollFirst();
        if (datagram == null) {
            served.drained();
            return null;
        }
        served.progress();
        unreadBytes -= datagram.bytes.length;
        target.put(datagram.bytes, 0, Math.min(datagram.bytes.length, target.remaining()));
        return datagram.from;
    }

    private SocketEvents events() {
        SocketEvents served = events;
        if (served == null) {
            throw new UnsupportedOperationException("only with events");
        }
        return served;
    }

    /** The network takes every datagram at once; now and then the socket says that it is full all the same. */
    @Override
    public boolean trySend(ByteBuffer source, InetSocketAddress target) throws IOException {
        events();
        if (scheduler.shortensWrite()) {
            return false;
        }
        send(source, target);
        return true;
    }

    @Override
    public void send(ByteBuffer source, InetSocketAddress target) throws IOException {
        scheduler.schedulePoint();
        checkOpen();
        checkInterrupt();
        if (source.remaining() > MOST_BYTES) {
            throw new SocketException("Message too long");
        }
        if (target.isUnresolved()
                || target.getAddress().getClass() != local.getAddress().getClass()) {
            throw new SocketException("Network is unreachable");
        }
        byte[] bytes = new byte[source.remaining()];
        source.get(bytes);
        Addresses addresses = network.world().addresses();
        InetSocketAddress own = network.datagramSource(local, target.getAddress());
        InetSocketAddress seen = addresses.leaving(Nat.Protocol.UDP, network.host(), own, target);
        SimulatedEnvironment towards = addresses.towards(network.host(), target.getAddress());
        if (towards != null) {
            transmit(new Datagram(seen, bytes), network.world().path(network.host(), towards), target);
        }
    }

    private void transmit(Datagram datagram, Path path, InetSocketAddress target) {
        SimulatedNetwork world = network.world();
        int size = datagram.bytes.length;
        world.frame(path, FrameKind.DATAGRAM, datagram.bytes);
        if (path.isBlocked() || path.loses() || path.isCongested(scheduler.now())) {
            world.lost(path, size);
            return;
        }
        int copies = path.duplicates() ? 2 : 1;
        for (int i = 0; i < copies; i++) {
            scheduler.schedule(new Arrival(datagram, path, target), path.transmit(scheduler.now(), size));
        }
    }

    private void checkOpen() throws ClosedChannelException {
        if (closed) {
            throw new ClosedChannelException();
        }
    }

    private void checkInterrupt() throws ClosedByInterruptException {
        if (events == null && Thread.currentThread().isInterrupted()) {
            close();
            throw new ClosedByInterruptException();
        }
    }

    @Override
    public void close() {
        scheduler.requireInside("close a socket");
        if (!closed) {
            closed = true;
            unread.clear();
            network.released(this);
            LockSupport.unpark(receiver);
            SocketEvents served = events;
            if (served != null) {
                served.closed();
            }
        }
    }

    private void arrived() {
        SocketEvents served = events;
        if (served == null) {
            LockSupport.unpark(receiver);
        } else {
            served.readable();
        }
    }

    private final class Arrival extends Event {
        private final Datagram datagram;
        private final Path path;
        private final InetSocketAddress target;

        Arrival(Datagram datagram, Path path, InetSocketAddress target) {
            this.datagram = datagram;
            this.path = path;
            this.target = target;
        }

        @Override
        void fire() {
            SimulatedUdpSocket socket = path.isBlocked() ? null : recipient();
            if (socket == null || socket.unreadBytes + datagram.bytes.length > BUFFER_BYTES) {
                network.world().lost(path, datagram.bytes.length);
                return;
            }
            socket.unreadBytes += datagram.bytes.length;
            socket.unread.addLast(datagram);
            socket.arrived();
        }

        private @Nullable SimulatedUdpSocket recipient() {
            Nat.Destination destination =
                    network.world().addresses().arriving(Nat.Protocol.UDP, path.from, datagram.from, target);
            return destination == null ? null : destination.host().sockets().udpSocketAt(destination.local());
        }
    }
}
