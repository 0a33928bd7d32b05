package libp2p.core.environment.system;

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
    private static final int PACKET_INFORMATION = CMSG_HEADER + 12;
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

        int control(int at, int level, int type, int value, int length) {
            view.putLong(CONTROL + at, CMSG_HEADER + length)
                    .putInt(CONTROL + at + 8, level)
                    .putInt(CONTROL + at + 12, type)
                    .putInt(CONTROL + at + CMSG_HEADER, value);
            return at + CMSG_HEADER + 8;
        }
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

    /** Sends a batch; returns false if it has to be sent one by one. */
    boolean send(DatagramBatch batch) {
        boolean several = batch.length() > batch.segment();
        boolean mapped = !ipv4 && batch.remote().getAddress() instanceof Inet4Address;
        if (mapped || batch.address() == 0 || several && !segments()) {
            return false;
        }
        if (!enter()) {
            return true; // nothing can be sent any more
        }
        try {
            boolean done = transmit(batch, several);
            if (several && !done) {
                segmentFailures++; // a full socket, or a device that does not do it
            } else if (done && segmentFailures > 0) {
                segmentFailures = 0;
            }
            return done || !several;
        } finally {
            leave();
        }
    }

    private boolean transmit(DatagramBatch batch, boolean several) {
        Objects.checkFromIndexSize(
                0, batch.length(), batch.buffer().capacity()); // the kernel would read what is behind it
        Message call = messages.poll();
        if (call == null) {
            call = new Message();
        }
        int control = 0;
        if (several) {
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
        call.data(batch.address(), batch.length());
        boolean done = LinuxUdp.send(descriptor, call.address + HEADER) >= 0;
        Reference.reachabilityFence(batch);
        messages.add(call);
        return done;
    }

    /**
     * Receives what one sender has sent, without waiting; returns false if nothing is there. By the loop alone. What
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
            batch.received((int) length, segment > 0 ? segment : (int) length, codepoint, lastSender);
            return true;
        } finally {
            leave();
        }
    }

    private void controls(ByteBuffer view) {
        segment = 0;
        codepoint = 0;
        meantForMany = false;
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
            } else if (type == LinuxUdp.IP_PKTINFO && level == LinuxUdp.IPPROTO_IP && size >= PACKET_INFORMATION) {
                // the address of this machine, and the one in the header
                meantForMany =
                        view.getInt(CONTROL + at + CMSG_HEADER + 4) != view.getInt(CONTROL + at + CMSG_HEADER + 8);
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
