package libp2p.simulator;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.concurrent.locks.LockSupport;
import libp2p.core.environment.DatagramBatch;
import libp2p.core.environment.ReadHandler;
import libp2p.core.environment.UdpSocket;
import org.jspecify.annotations.Nullable;

/** A simulated UDP socket. */
final class SimulatedUdpSocket implements UdpSocket {
    private static final int MOST_BYTES = 65_507;
    /** The bytes that a socket holds unread, as on Linux; the rest is dropped. */
    private static final int BUFFER_BYTES = 212_992;

    private static final int IP4_AND_UDP_BYTES = 28;
    private static final int IP6_AND_UDP_BYTES = 48;
    /** A router on the same cable answers in so long. */
    private static final long GATEWAY_NANOS = 1_000_000;

    /** @param own the address of the receiver to which it has come; null before that is known, and for groups */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Datagram(
            InetSocketAddress from, byte[] bytes, @Nullable InetAddress own) {
        Datagram(InetSocketAddress from, byte[] bytes) {
            this(from, bytes, null);
        }

        Datagram to(InetAddress address) {
            return new Datagram(from, bytes, address);
        }
    }

    private final SimulatedScheduler scheduler;
    private final HostNetwork network;
    private final InetSocketAddress local;
    /** Link on which the socket is a member of the group that it is bound to; null for the ordinary ones. */
    private final @Nullable Lan lan;

    private final ArrayDeque<Datagram> unread = new ArrayDeque<>(4);
    private int unreadBytes;
    private long fullUntil = Long.MIN_VALUE;
    private @Nullable Thread receiver;
    private @Nullable SocketEvents events;
    private boolean closed;

    SimulatedUdpSocket(SimulatedScheduler scheduler, HostNetwork network, InetSocketAddress local) {
        this(scheduler, network, local, null);
    }

    SimulatedUdpSocket(SimulatedScheduler scheduler, HostNetwork network, InetSocketAddress local, @Nullable Lan lan) {
        this.scheduler = scheduler;
        this.network = network;
        this.local = local;
        this.lan = lan;
    }

    boolean isMember(Lan of, InetSocketAddress group) {
        return lan == of && local.equals(group);
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
            throw new IllegalStateException("another thread receives already");
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
        Datagram datagram = poll(target);
        return datagram == null ? null : datagram.from;
    }

    @Override
    public boolean tryReceive(DatagramBatch batch) throws IOException {
        ByteBuffer target = batch.buffer().clear();
        Datagram datagram = poll(target);
        int length = target.position();
        target.clear();
        if (datagram == null) {
            return false;
        }
        InetAddress own = local.getAddress().isAnyLocalAddress() ? datagram.own : null;
        batch.received(length, length, 0, datagram.from, own);
        return true;
    }

    private @Nullable Datagram poll(ByteBuffer target) throws IOException {
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
        return datagram;
    }

    @Override
    public void wakeAfter(long nanos) {
        events().wakeAfter(nanos);
    }

    private SocketEvents events() {
        SocketEvents served = events;
        if (served == null) {
            throw new UnsupportedOperationException("only with events");
        }
        return served;
    }

    /**
     * The network takes every datagram at once; now and then the socket says for a while that it is full all the same.
     */
    @Override
    public boolean trySend(ByteBuffer source, InetSocketAddress target) throws IOException {
        return trySend(source, target, null);
    }

    private boolean trySend(ByteBuffer source, InetSocketAddress target, @Nullable InetAddress own) throws IOException {
        events();
        if (isFull()) {
            return false;
        }
        send(source, target, own);
        return true;
    }

    /** What cannot leave from its own address any more, because the host has left that network, is lost. */
    @Override
    public void trySend(DatagramBatch batch) throws IOException {
        InetAddress own = batch.ownAddress();
        if (own != null && !network.interfaceAddresses().contains(own)) {
            return;
        }
        ByteBuffer datagram = batch.buffer().clear();
        try {
            for (int from = 0; from < batch.length(); from += batch.segment()) {
                datagram.limit(Math.min(batch.length(), from + batch.segment())).position(from);
                trySend(datagram, batch.remote(), own);
            }
        } finally {
            datagram.clear();
        }
    }

    private boolean isFull() {
        if (scheduler.now() >= fullUntil) {
            fullUntil = scheduler.now() + scheduler.fillsSocket();
        }
        return scheduler.now() < fullUntil;
    }

    @Override
    public void send(ByteBuffer source, InetSocketAddress target) throws IOException {
        send(source, target, null);
    }

    /** @param from the address of this host from which it leaves, or null for that of the route */
    private void send(ByteBuffer source, InetSocketAddress target, @Nullable InetAddress from) throws IOException {
        scheduler.schedulePoint();
        checkOpen();
        checkInterrupt();
        int most = Math.min(MOST_BYTES, network.host().mtu() - headers(target));
        if (source.remaining() > most) {
            throw new SocketException("Message too long");
        }
        if (target.isUnresolved()
                || target.getAddress().getClass() != local.getAddress().getClass()) {
            throw new SocketException("Network is unreachable");
        }
        byte[] bytes = new byte[source.remaining()];
        source.get(bytes);
        InetSocketAddress own = source(target, from);
        if (target.getAddress().isMulticastAddress()) {
            Lan way = lan != null ? lan : network.lanOf(own.getAddress());
            if (way != null) {
                way.send(network.host(), new Datagram(own, bytes), target);
            }
            return; // without a network it goes nowhere
        }
        if (askGateway(bytes, own, target)) {
            return;
        }
        SimulatedNetwork world = network.world();
        Addresses.Departure departure = world.addresses().departing(Transport.UDP, network.host(), own, target);
        if (departure.towards() != null) {
            Path path = world.path(network.host(), departure.towards());
            transmit(new Datagram(departure.source(), bytes), departure, path, target);
        }
    }

    private InetSocketAddress source(InetSocketAddress target, @Nullable InetAddress from) throws SocketException {
        if (from != null) {
            return new InetSocketAddress(from, local.getPort());
        }
        return lan == null
                ? network.datagramSource(local, target.getAddress())
                : new InetSocketAddress(lan.addressOf(network.host(), local.getAddress()), local.getPort());
    }

    /** Whether a datagram is for the router of this host itself, which answers it. */
    private boolean askGateway(byte[] question, InetSocketAddress own, InetSocketAddress target) {
        SimulatedNat router = network.world().addresses().routerOf(network.host());
        MappingGateway gateway = router == null ? null : router.gateway();
        if (gateway == null || !gateway.isAt(target)) {
            return false;
        }
        scheduler.schedule(
                new Event() {
                    @Override
                    void fire() {
                        byte[] answer = gateway.answer(question, own);
                        if (answer != null && !closed) {
                            deliver(new Datagram(target, answer, own.getAddress()));
                        }
                    }
                },
                scheduler.now() + GATEWAY_NANOS);
        return true;
    }

    private void transmit(Datagram datagram, Addresses.Departure departure, Path path, InetSocketAddress target) {
        SimulatedNetwork world = network.world();
        int size = datagram.bytes.length;
        world.frame(path, FrameKind.DATAGRAM, datagram.bytes);
        boolean tooLong = path.mtu > 0 && size + headers(target) > path.mtu;
        if (tooLong || path.isBlocked() || path.loses() || path.isCongested(scheduler.now())) {
            world.lost(path, size);
            return;
        }
        int copies = path.duplicates() ? 2 : 1;
        for (int i = 0; i < copies; i++) {
            scheduler.schedule(new Arrival(datagram, departure, path, target), path.transmit(scheduler.now(), size));
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

    /** Whether there is room for a datagram. */
    boolean deliver(Datagram datagram) {
        if (unreadBytes + datagram.bytes.length > BUFFER_BYTES) {
            return false;
        }
        unreadBytes += datagram.bytes.length;
        unread.addLast(datagram);
        arrived();
        return true;
    }

    private static int headers(InetSocketAddress target) {
        return target.getAddress() instanceof Inet4Address ? IP4_AND_UDP_BYTES : IP6_AND_UDP_BYTES;
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
        private final Addresses.Departure departure;
        private final Path path;
        private final InetSocketAddress target;

        Arrival(Datagram datagram, Addresses.Departure departure, Path path, InetSocketAddress target) {
            this.datagram = datagram;
            this.departure = departure;
            this.path = path;
            this.target = target;
        }

        @Override
        void fire() {
            if (path.isBlocked() || !arrives()) {
                network.world().lost(path, datagram.bytes.length);
            }
        }

        private boolean arrives() {
            if (!(network.world().addresses().arriving(Transport.UDP, departure, target)
                    instanceof Addresses.Delivered delivered)) {
                return false;
            }
            SimulatedUdpSocket socket = delivered.host().sockets().udpSocketAt(delivered.local());
            return socket != null
                    && socket.deliver(datagram.to(delivered.local().getAddress()));
        }
    }
}
