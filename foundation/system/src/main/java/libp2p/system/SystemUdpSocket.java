package libp2p.system;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.DatagramBatch;
import libp2p.core.environment.LinkInterface;
import libp2p.core.environment.ReadHandler;
import libp2p.core.environment.UdpSocket;
import org.jspecify.annotations.Nullable;

/** A bound {@link DatagramChannel}: blocking until an event loop serves it. */
final class SystemUdpSocket implements UdpSocket {
    /** Of those that carry much. */
    private static final int BUFFER = 4 << 20;

    private static final AtomicInteger MARKS = new AtomicInteger();

    private final DatagramChannel channel;
    private final EventLoops loops;
    private final InetSocketAddress local;
    private volatile @Nullable SocketEvents events;
    private final ReentrantLock waiting = new ReentrantLock();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final @Nullable LinuxBatches batches;
    private final Shared shared;

    /**
     * The common parts of the sockets of one address: their loops and, where batches are sent by them, their
     * descriptors.
     */
    private record Shared(Set<EventLoop> loops, Set<Integer> descriptors) {
        Shared() {
            this(ConcurrentHashMap.newKeySet(), ConcurrentHashMap.newKeySet());
        }
    }

    private SystemUdpSocket(DatagramChannel channel, EventLoops loops) throws IOException {
        this(channel, loops, null, new Shared());
    }

    private SystemUdpSocket(DatagramChannel channel, EventLoops loops, @Nullable LinuxBatches batches, Shared shared)
            throws IOException {
        this.shared = shared;
        this.channel = channel;
        this.loops = loops;
        this.local = (InetSocketAddress) channel.getLocalAddress();
        this.batches = batches;
    }

    static SystemUdpSocket bind(InetSocketAddress local, EventLoops loops) throws IOException {
        DatagramChannel channel = BoundPorts.bind("udp", local, SystemUdpSocket::open);
        try {
            Channels.reusePort(channel, false);
            return new SystemUdpSocket(channel, loops);
        } catch (IOException failure) {
            Channels.close(channel);
            throw failure;
        }
    }

    /** See {@link libp2p.core.environment.Network#bindUdpForBatches}. */
    static SystemUdpSocket bindForBatches(InetSocketAddress local, EventLoops loops) throws IOException {
        DatagramChannel channel = openForBatches(local);
        try {
            return forBatches(channel.bind(local), loops, new Shared());
        } catch (IOException | RuntimeException failure) {
            Channels.close(channel);
            throw failure;
        }
    }

    private static DatagramChannel openForBatches(InetSocketAddress local) throws IOException {
        DatagramChannel channel = Channels.open(DatagramChannel::open, local);
        try {
            if (LinuxUdp.AVAILABLE && !(local.getAddress() instanceof Inet4Address)) {
                LinuxUdp.leaveIpv4(channel, MARKS.getAndIncrement() & 0xffff);
            }
            channel.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER);
            channel.setOption(StandardSocketOptions.SO_SNDBUF, BUFFER);
            return channel;
        } catch (IOException | RuntimeException failure) {
            Channels.close(channel);
            throw failure;
        }
    }

    private static SystemUdpSocket forBatches(DatagramChannel bound, EventLoops loops, Shared shared)
            throws IOException {
        InetSocketAddress local = (InetSocketAddress) bound.getLocalAddress();
        int descriptor = LinuxUdp.AVAILABLE ? LinuxUdp.descriptor(local, shared.descriptors) : -1;
        if (descriptor < 0) {
            return new SystemUdpSocket(bound, loops, null, shared);
        }
        shared.descriptors.add(descriptor);
        return new SystemUdpSocket(bound, loops, new LinuxBatches(descriptor, local), shared);
    }

    /** The port stays closed to sockets that do not ask for sharing, so also to the listener of another process. */
    @Override
    public @Nullable UdpSocket another() throws IOException {
        if (batches == null || loops.areAll(shared.loops)) {
            return null;
        }
        DatagramChannel added = openForBatches(local);
        try {
            if (!Channels.reusePort(channel, true) || !Channels.reusePort(added, true)) {
                Channels.close(added);
                return null;
            }
            return forBatches(added.bind(local), loops, shared);
        } catch (IOException | RuntimeException failure) {
            Channels.close(added);
            throw failure;
        }
    }

    /** A member of a multicast group on one interface. */
    static SystemUdpSocket join(LinkInterface link, InetSocketAddress group, EventLoops loops) throws IOException {
        DatagramChannel channel = SystemMulticast.join(link, group);
        try {
            return new SystemUdpSocket(channel, loops);
        } catch (IOException failure) {
            Channels.close(channel);
            throw failure;
        }
    }

    private static DatagramChannel open(InetSocketAddress local, boolean share) throws IOException {
        DatagramChannel channel = Channels.open(DatagramChannel::open, local);
        try {
            if (share) {
                Channels.reusePort(channel, true);
            }
            return channel.bind(local);
        } catch (IOException failure) {
            Channels.close(channel);
            throw failure;
        }
    }

    @Override
    public InetSocketAddress localAddress() {
        return local;
    }

    @Override
    public InetSocketAddress receive(ByteBuffer target) throws IOException {
        if (events != null) {
            throw new IllegalStateException("an event loop reads this socket");
        }
        InetSocketAddress source = (InetSocketAddress) channel.receive(target);
        if (source == null) { // an event loop has begun to read it meanwhile
            throw new ClosedChannelException();
        }
        return source;
    }

    @Override
    public boolean onReadable(ReadHandler handler) {
        SocketEvents served = null;
        try {
            EventLoop loop = loops.nextExcept(shared.loops);
            if (loop == null) { // rather two sockets on a loop than one on none
                loop = loops.next();
            }
            shared.loops.add(loop);
            channel.configureBlocking(false);
            served = new SocketEvents(loops.environment(), loop, channel, this::close, handler);
            events = served;
            served.begin();
            return true;
        } catch (IOException failure) { // closed meanwhile, or the environment is: a receive will say so
            if (served != null && !served.end()) {
                return true; // its loop calls the handler, a last time
            }
            events = null;
            Channels.close(channel);
            return false;
        }
    }

    @Override
    public @Nullable InetSocketAddress tryReceive(ByteBuffer target) throws IOException {
        SocketEvents served = events();
        if (!served.mayRead()) {
            return null;
        }
        InetSocketAddress source = (InetSocketAddress) channel.receive(target);
        served.drained(source == null);
        return source;
    }

    @Override
    public boolean tryReceive(DatagramBatch batch) throws IOException {
        LinuxBatches calls = batches;
        if (calls == null) {
            return UdpSocket.super.tryReceive(batch);
        }
        SocketEvents served = events();
        if (!served.mayRead()) {
            return false;
        }
        boolean received = calls.receive(batch);
        served.drained(!received);
        return received;
    }

    @Override
    public void trySend(DatagramBatch batch) throws IOException {
        LinuxBatches calls = batches;
        if (calls == null || !calls.send(batch)) {
            UdpSocket.super.trySend(batch);
        }
    }

    @Override
    public boolean usesSegmentation() {
        return batches != null && batches.segments();
    }

    @Override
    public boolean usesCoalescing() {
        return batches != null && batches.coalesces();
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

    @Override
    public void send(ByteBuffer source, InetSocketAddress target) throws IOException {
        if (sent(source, target)) {
            return;
        }
        waiting.lock(); // the event loop wakes one
        try {
            while (!sent(source, target)) {
                events().awaitWritable();
            }
        } finally {
            waiting.unlock();
        }
    }

    /** Whether a socket that does not block has taken the datagram; one that does has. */
    private boolean sent(ByteBuffer source, InetSocketAddress target) throws IOException {
        boolean empty = !source.hasRemaining();
        return channel.send(source, target) > 0 || empty || events == null;
    }

    @Override
    public boolean trySend(ByteBuffer source, InetSocketAddress target) throws IOException {
        events();
        return sent(source, target);
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        LinuxBatches calls = batches;
        if (calls != null) {
            calls.close();
        }
        Channels.close(channel);
        SocketEvents served = events;
        if (served != null) {
            served.closed();
        }
    }

    @Override
    public String toString() {
        return "udp " + local;
    }
}
