package libp2p.system;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.core.environment.DatagramBatch;
import org.jspecify.annotations.Nullable;

/**
 * Batches by the calls of Linux on the descriptor of a bound channel: a batch leaves with one call (UDP_SEGMENT), and
 * what one sender has sent comes with one (UDP_GRO). The channel stays the owner of the descriptor, whose number may be
 * another file's when it is closed: {@link #close} waits for the calls that go on.
 */
final class LinuxBatches {
    private static final int NAME = 0;
    private static final int CONTROL = 32;
    private static final int CONTROL_LENGTH = 96;
    private static final int VECTOR = 128;
    private static final int HEADER = 144;
    private static final int MEMORY = 208;
    private static final int CMSG_HEADER = 16;
    /** Of {@code in_pktinfo}: an interface, an address of this machine, and the one in the header. */
    private static final int INFORMATION_4 = 12;
    /** Of {@code in6_pktinfo}: the address in the header, and an interface. */
    private static final int INFORMATION_6 = 20;

    private static final int MULTICAST_6 = 0xff;
    private static final int MAX_SEGMENT_FAILURES = 3;
    /** Added to the number of calls that go on when no other may begin. */
    private static final int CLOSED = 1 << 30;

    private final int descriptor;
    private final boolean ipv4;
    private final boolean coalesces;
    private final AtomicInteger calls = new AtomicInteger();
    private final Queue<Message> messages = new ConcurrentLinkedQueue<>();
    private volatile int segmentFailures;

    // of the loop that receives
    private final Message receiving = new Message();
    private long lastName0;
    private long lastName1;
    private long lastName2;
    private int lastName3;
    private InetSocketAddress lastSender = new InetSocketAddress(0);
    private int segment;
    private int codepoint;
    private boolean meantForMany;
    private @Nullable InetAddress own;
    private final OwnAddresses ownAddresses = new OwnAddresses();

    /** @param descriptor of a UDP socket that is bound to the address */
    LinuxBatches(int descriptor, InetSocketAddress local) {
        this.descriptor = descriptor;
        ipv4 = local.getAddress() instanceof Inet4Address;
        coalesces = LinuxUdp.prepare(descriptor, ipv4, local.getAddress().isAnyLocalAddress());
    }

    /** A {@code msghdr} with all that it points to. */
    private static final class Message {
        final ByteBuffer view;
        final long address;
        private InetSocketAddress named = new InetSocketAddress(0);
        private int nameLength;
        private @Nullable InetAddress source;

        Message() {
            MemorySegment memory = Arena.ofAuto().allocate(MEMORY, 8);
            view = memory.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
            address = memory.address();
            view.putLong(HEADER, address + NAME)
                    .putLong(HEADER + 16, address + VECTOR)
                    .putLong(HEADER + 24, 1)
                    .putLong(HEADER + 32, address + CONTROL);
        }

        void data(long from, int length) {
            view.putLong(VECTOR, from).putLong(VECTOR + 8, length);
        }

        void to(InetSocketAddress remote) {
            if (remote != named) {
                nameLength = LinuxUdp.encode(remote, view, NAME);
                named = remote;
            }
            view.putInt(HEADER + 8, nameLength);
        }

        /** The address from which it leaves, or null for that of the route. The first of the control messages. */
        int from(@Nullable InetAddress own, boolean ipv4) {
            if (own == null) {
                source = null;
                return 0;
            }
            int length = ipv4 ? INFORMATION_4 : INFORMATION_6;
            if (!own.equals(source)) {
                head(0, ipv4 ? LinuxUdp.IPPROTO_IP : LinuxUdp.IPPROTO_IPV6, informs(ipv4), length);
                view.putInt(CONTROL + CMSG_HEADER + length - 4, 0).putInt(CONTROL + CMSG_HEADER, 0);
                view.put(CONTROL + CMSG_HEADER + (ipv4 ? 4 : 0), own.getAddress());
                source = own;
            }
            return CMSG_HEADER + (length + 7 & -8);
        }

        int control(int at, int level, int type, int value, int length) {
            head(at, level, type, length);
            view.putInt(CONTROL + at + CMSG_HEADER, value);
            return at + CMSG_HEADER + 8;
        }

        private void head(int at, int level, int type, int length) {
            view.putLong(CONTROL + at, CMSG_HEADER + length)
                    .putInt(CONTROL + at + 8, level)
                    .putInt(CONTROL + at + 12, type);
        }
    }

    private static int informs(boolean ipv4) {
        return ipv4 ? LinuxUdp.IP_PKTINFO : LinuxUdp.IPV6_PKTINFO;
    }

    boolean segments() {
        return segmentFailures < MAX_SEGMENT_FAILURES;
    }

    boolean coalesces() {
        return coalesces;
    }

    /** Whether the descriptor may be used, until {@link #leave}. */
    private boolean enter() {
        if (calls.incrementAndGet() < CLOSED) {
            return true;
        }
        leave();
        return false;
    }

    private void leave() {
        calls.decrementAndGet();
    }

    /** Sends a batch, or as much of it as the socket takes; returns false if it is of a kind that is not sent here. */
    boolean send(DatagramBatch batch) {
        boolean mapped = !ipv4 && batch.remote().getAddress() instanceof Inet4Address;
        if (mapped || batch.address() == 0) {
            return false;
        }
        if (!enter()) {
            return true; // nothing can be sent any more
        }
        try {
            if (batch.length() <= batch.segment()) {
                transmit(batch, 0, batch.length());
            } else if (!segments() || !transmit(batch, 0, batch.length())) {
                oneByOne(batch);
            } else if (segmentFailures > 0) {
                segmentFailures = 0;
            }
        } finally {
            leave();
        }
        return true;
    }

    private void oneByOne(DatagramBatch batch) {
        int at = 0;
        while (at < batch.length() && transmit(batch, at, Math.min(batch.segment(), batch.length() - at))) {
            at += batch.segment();
        }
        if (at >= batch.length() && segments()) {
            segmentFailures++; // all had room one by one, so the device does not do it, or the socket was full before
        }
    }

    private boolean transmit(DatagramBatch batch, int at, int length) {
        Objects.checkFromIndexSize(at, length, batch.buffer().capacity()); // the kernel would read what is behind it
        Message call = messages.poll();
        if (call == null) {
            call = new Message();
        }
        int control = call.from(batch.ownAddress(), ipv4);
        if (length > batch.segment()) {
            control = call.control(control, LinuxUdp.SOL_UDP, LinuxUdp.UDP_SEGMENT, batch.segment(), 2);
        }
        if (batch.codepoint() != 0) {
            control = call.control(
                    control,
                    ipv4 ? LinuxUdp.IPPROTO_IP : LinuxUdp.IPPROTO_IPV6,
                    ipv4 ? LinuxUdp.IP_TOS : LinuxUdp.IPV6_TCLASS,
                    batch.codepoint(),
                    Integer.BYTES);
        }
        call.to(batch.remote());
        call.view.putLong(HEADER + 40, control).putInt(HEADER + 48, 0);
        call.data(batch.address() + at, length);
        boolean done = LinuxUdp.send(descriptor, call.address + HEADER) >= 0;
        Reference.reachabilityFence(batch);
        messages.add(call);
        return done;
    }

    /**
     * Receives what one sender has sent, without waiting; returns false if nothing has arrived. By the loop alone. What
     * was sent to all machines of a network, or to a group, leaves the batch empty: one datagram there would be
     * answered by each of them.
     */
    boolean receive(DatagramBatch batch) throws IOException {
        if (batch.address() == 0) {
            throw new IllegalArgumentException("batches are received into direct buffers");
        }
        if (!enter()) {
            return false;
        }
        try {
            Message call = receiving;
            call.view
                    .putInt(HEADER + 8, CONTROL)
                    .putLong(HEADER + 40, CONTROL_LENGTH)
                    .putInt(HEADER + 48, 0);
            call.data(batch.address(), batch.buffer().capacity());
            long length = LinuxUdp.receive(descriptor, call.address + HEADER);
            Reference.reachabilityFence(batch);
            if (length < 0) {
                return false;
            }
            controls(call.view);
            sender(call.view);
            if (meantForMany) {
                batch.received(0, 0, 0, lastSender);
                return true;
            }
            batch.received((int) length, segment > 0 ? segment : (int) length, codepoint, lastSender, own);
            return true;
        } finally {
            leave();
        }
    }

    private void controls(ByteBuffer view) throws IOException {
        segment = 0;
        codepoint = 0;
        meantForMany = false;
        own = null;
        long end = Math.min(view.getLong(HEADER + 40), CONTROL_LENGTH);
        int at = 0;
        while (at + CMSG_HEADER <= end) {
            long size = view.getLong(CONTROL + at);
            if (size < CMSG_HEADER || at + size > end) {
                return;
            }
            int level = view.getInt(CONTROL + at + 8);
            int type = view.getInt(CONTROL + at + 12);
            if (level == LinuxUdp.SOL_UDP && type == LinuxUdp.UDP_GRO) {
                segment = view.getInt(CONTROL + at + CMSG_HEADER);
            } else if (type == LinuxUdp.IP_TOS && level == LinuxUdp.IPPROTO_IP
                    || type == LinuxUdp.IPV6_TCLASS && level == LinuxUdp.IPPROTO_IPV6) {
                codepoint = view.get(CONTROL + at + CMSG_HEADER) & 3;
            } else if (type == LinuxUdp.IP_PKTINFO
                    && level == LinuxUdp.IPPROTO_IP
                    && size >= CMSG_HEADER + INFORMATION_4) {
                int address = CONTROL + at + CMSG_HEADER + 4;
                meantForMany = view.getInt(address) != view.getInt(address + 4);
                own = ownAddresses.find(view, address, 4);
            } else if (type == LinuxUdp.IPV6_PKTINFO
                    && level == LinuxUdp.IPPROTO_IPV6
                    && size >= CMSG_HEADER + INFORMATION_6) {
                int address = CONTROL + at + CMSG_HEADER;
                meantForMany = (view.get(address) & 0xff) == MULTICAST_6;
                own = ownAddresses.find(view, address, 16);
            }
            at += (int) (size + 7 & -8);
        }
    }

    /** Makes an address only when the sender is another than the last. */
    private void sender(ByteBuffer view) throws IOException {
        boolean short4 = view.getShort(NAME) == LinuxUdp.AF_INET;
        long name0 = view.getLong(NAME);
        long name1 = short4 ? 0 : view.getLong(NAME + 8);
        long name2 = short4 ? 0 : view.getLong(NAME + 16);
        int name3 = short4 ? 0 : view.getInt(NAME + 24);
        if (name0 == lastName0 && name1 == lastName1 && name2 == lastName2 && name3 == lastName3) {
            return;
        }
        byte[] ip = new byte[short4 ? 4 : 16];
        view.get(NAME + (short4 ? 4 : 8), ip);
        int port = (view.get(NAME + 2) & 0xff) << 8 | view.get(NAME + 3) & 0xff;
        InetAddress address =
                short4 || name3 == 0 ? InetAddress.getByAddress(ip) : Inet6Address.getByAddress(null, ip, name3);
        lastSender = new InetSocketAddress(address, port);
        lastName0 = name0;
        lastName1 = name1;
        lastName2 = name2;
        lastName3 = name3;
    }

    /** Lets no call begin and waits for those that go on, which wait for nothing themselves. Called once. */
    void close() {
        int before = calls.getAndAdd(CLOSED);
        while (before != 0) {
            Thread.onSpinWait();
            before = calls.get() - CLOSED;
        }
    }
}
