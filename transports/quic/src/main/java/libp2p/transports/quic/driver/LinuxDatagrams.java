package libp2p.transports.quic.driver;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import libp2p.quic.connection.SendBatch;

/**
 * A channel of which Linux is asked for more than the JDK can: a batch leaves with one call (UDP_SEGMENT), and what one
 * sender has sent comes with one (UDP_GRO). The channel stays the owner of the descriptor, which is only closed on the
 * thread that reads.
 */
final class LinuxDatagrams extends ChannelDatagrams {
    private static final int NAME = 0;
    private static final int CONTROL = 32;
    private static final int CONTROL_LENGTH = 96;
    private static final int VECTOR = 128;
    private static final int HEADER = 144;
    private static final int MEMORY = 208;
    private static final int CMSG_HEADER = 16;
    private static final int RECEIVE_BUFFER = 1 << 16;
    private static final int RECEIVE_CALLS = 8;
    private static final int MAX_SEGMENT_FAILURES = 3;

    private final LinuxSockets calls;
    private final int descriptor;
    private final boolean ipv4;
    private final Queue<Arguments> arguments = new ConcurrentLinkedQueue<>();
    private final Arguments receiving = new Arguments();
    private final ByteBuffer received = ByteBuffer.allocateDirect(RECEIVE_BUFFER);
    private final long receivedAddress = MemorySegment.ofBuffer(received).address();
    private long lastName0;
    private long lastName1;
    private long lastName2;
    private int lastName3;
    private InetSocketAddress lastSender = new InetSocketAddress(0);
    private int segment;
    private int codepoint;
    private volatile int segmentFailures;

    private LinuxDatagrams(InetSocketAddress address, int mark, LinuxSockets calls) throws IOException {
        super(address, mark);
        this.calls = calls;
        ipv4 = localAddress().getAddress() instanceof Inet4Address;
        descriptor = calls.descriptor(localAddress());
        if (descriptor >= 0) {
            calls.prepare(descriptor, ipv4);
        }
    }

    /** The best socket for this platform. */
    static DatagramIo open(InetSocketAddress address, int mark) throws IOException {
        LinuxSockets calls = LinuxSockets.calls();
        if (calls == null) {
            return new ChannelDatagrams(address, mark);
        }
        LinuxDatagrams linux = new LinuxDatagrams(address, mark, calls);
        if (linux.descriptor >= 0) {
            return linux;
        }
        linux.close();
        return new ChannelDatagrams(address, mark);
    }

    /** A {@code msghdr} with all that it points to. */
    private static final class Arguments {
        final ByteBuffer view;
        final long address;
        private InetSocketAddress named = new InetSocketAddress(0);
        private int nameLength;

        Arguments() {
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
                nameLength = LinuxSockets.encode(remote, view, NAME);
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

    @Override
    void transmit(SendBatch batch) {
        boolean mapped = !ipv4 && batch.remote().getAddress() instanceof Inet4Address;
        if (mapped || batch.count() > 1 && segmentFailures >= MAX_SEGMENT_FAILURES) {
            super.transmit(batch);
            return;
        }
        Arguments call = arguments.poll();
        if (call == null) {
            call = new Arguments();
        }
        int control = 0;
        if (batch.count() > 1) {
            control = call.control(control, LinuxSockets.SOL_UDP, LinuxSockets.UDP_SEGMENT, batch.segment(), 2);
        }
        if (batch.ecn()) {
            control = call.control(
                    control,
                    ipv4 ? LinuxSockets.IPPROTO_IP : LinuxSockets.IPPROTO_IPV6,
                    ipv4 ? LinuxSockets.IP_TOS : LinuxSockets.IPV6_TCLASS,
                    2,
                    Integer.BYTES);
        }
        call.to(batch.remote());
        call.view.putLong(HEADER + 40, control).putInt(HEADER + 48, 0);
        call.data(batch.address(), batch.length());
        boolean done = call(call);
        arguments.add(call);
        if (!done && batch.count() > 1) {
            segmentFailures++; // a full socket, or a device that does not do it
            super.transmit(batch);
        } else if (done && segmentFailures > 0) {
            segmentFailures = 0;
        }
        Reference.reachabilityFence(batch);
    }

    @Override
    public boolean usesSegmentation() {
        return segmentFailures < MAX_SEGMENT_FAILURES;
    }

    @Override
    public boolean usesCoalescing() {
        return true;
    }

    private boolean call(Arguments call) {
        try {
            return (long) calls.sendmsg().invokeExact(descriptor, call.address + HEADER, LinuxSockets.MSG_DONTWAIT)
                    >= 0;
        } catch (Throwable failure) {
            throw LinuxSockets.unexpected(failure);
        }
    }

    @Override
    boolean read(Sink sink) throws IOException {
        for (int i = 0; i < RECEIVE_CALLS; i++) {
            int length = receive();
            if (length < 0) {
                return false;
            }
            int size = segment > 0 ? segment : Math.max(1, length);
            for (int from = 0; from < length; from += size) {
                sink.datagram(received, from, Math.min(size, length - from), lastSender, codepoint);
            }
        }
        return true;
    }

    private int receive() throws IOException {
        Arguments call = receiving;
        call.view
                .putInt(HEADER + 8, CONTROL)
                .putLong(HEADER + 40, CONTROL_LENGTH)
                .putInt(HEADER + 48, 0);
        call.data(receivedAddress, RECEIVE_BUFFER);
        long length;
        try {
            length = (long) calls.recvmsg().invokeExact(descriptor, call.address + HEADER, LinuxSockets.MSG_DONTWAIT);
        } catch (Throwable failure) {
            throw LinuxSockets.unexpected(failure);
        }
        if (length < 0) {
            return -1;
        }
        controls(call.view);
        sender(call.view);
        return (int) length;
    }

    private void controls(ByteBuffer view) {
        segment = 0;
        codepoint = 0;
        long end = Math.min(view.getLong(HEADER + 40), CONTROL_LENGTH);
        int at = 0;
        while (at + CMSG_HEADER <= end) {
            long size = view.getLong(CONTROL + at);
            if (size < CMSG_HEADER || at + size > end) {
                return;
            }
            int level = view.getInt(CONTROL + at + 8);
            int type = view.getInt(CONTROL + at + 12);
            if (level == LinuxSockets.SOL_UDP && type == LinuxSockets.UDP_GRO) {
                segment = view.getInt(CONTROL + at + CMSG_HEADER);
            } else if (type == LinuxSockets.IP_TOS && level == LinuxSockets.IPPROTO_IP
                    || type == LinuxSockets.IPV6_TCLASS && level == LinuxSockets.IPPROTO_IPV6) {
                codepoint = view.get(CONTROL + at + CMSG_HEADER) & 3;
            }
            at += (int) (size + 7 & -8);
        }
    }

    /** Makes an address only when the sender is another than the last. */
    private void sender(ByteBuffer view) throws IOException {
        boolean short4 = view.getShort(NAME) == LinuxSockets.AF_INET;
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
        InetAddress address = short4 || name3 == 0
                ? InetAddress.getByAddress(ip)
                : java.net.Inet6Address.getByAddress(null, ip, name3);
        lastSender = new InetSocketAddress(address, port);
        lastName0 = name0;
        lastName1 = name1;
        lastName2 = name2;
        lastName3 = name3;
    }
}
