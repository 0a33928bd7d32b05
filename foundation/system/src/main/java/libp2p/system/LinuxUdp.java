package libp2p.system;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.DatagramChannel;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.NoSuchElementException;

/**
 * The calls of Linux that the JDK has not: many datagrams with one call (UDP_SEGMENT and UDP_GRO), marks of congestion,
 * no fragments. Addresses are plain numbers, which cost less than memory segments; the caller has checked every length.
 */
final class LinuxUdp {
    static final int SOL_UDP = 17;
    static final int UDP_SEGMENT = 103;
    static final int UDP_GRO = 104;
    static final int IPPROTO_IP = 0;
    static final int IP_TOS = 1;
    static final int IP_PKTINFO = 8;
    static final int IPPROTO_IPV6 = 41;
    static final int IPV6_PKTINFO = 50;
    static final int IPV6_TCLASS = 67;
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;

    private static final int MSG_DONTWAIT = 0x40;
    private static final int SOL_SOCKET = 1;
    private static final int SO_TYPE = 3;
    private static final int SO_RCVBUF = 8;
    private static final int SO_DOMAIN = 39;
    private static final int SOCK_DGRAM = 2;
    private static final int IPV6_V6ONLY = 26;
    private static final int SMALLEST_MARK = 8 << 10;
    private static final int IP_MTU_DISCOVER = 10;
    private static final int IP_RECVTOS = 13;
    private static final int IP_MULTICAST_ALL = 49;
    private static final int IPV6_MULTICAST_ALL = 29;
    private static final int IPV6_MTU_DISCOVER = 23;
    private static final int IPV6_RECVPKTINFO = 49;
    private static final int IPV6_RECVTCLASS = 66;
    /** Never fragment, and believe no router about it. */
    private static final int PMTUDISC_PROBE = 3;

    private static final int LAST_DESCRIPTOR = 4095;
    private static final int ADDRESS = 28;
    private static final int WORK = 64;
    private static final int LENGTH_AT = 32;

    /**
     * Whether the calls are there: on Linux of 64 bits, with native access. Constants, so that calls are plain calls.
     */
    static final boolean AVAILABLE;

    private static final MethodHandle SENDMSG;
    private static final MethodHandle RECVMSG;
    private static final MethodHandle GETSOCKNAME;
    private static final MethodHandle GETSOCKOPT;
    private static final MethodHandle SETSOCKOPT;

    static {
        FunctionDescriptor message = FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);
        MethodHandle absent = java.lang.invoke.MethodHandles.throwException(int.class, IllegalStateException.class);
        MethodHandle sendmsg = absent;
        MethodHandle recvmsg = absent;
        MethodHandle getsockname = absent;
        MethodHandle getsockopt = absent;
        MethodHandle setsockopt = absent;
        boolean available = false;
        if (isSupported()) {
            try {
                sendmsg = function("sendmsg", message);
                recvmsg = function("recvmsg", message);
                getsockname = function("getsockname", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
                getsockopt = function(
                        "getsockopt",
                        FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
                setsockopt = function(
                        "setsockopt",
                        FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT));
                available = true;
            } catch (UnsupportedOperationException | NoSuchElementException missing) {
                System.getLogger("libp2p.core.environment")
                        .log(System.Logger.Level.DEBUG, "no calls for batches of datagrams: {0}", missing.toString());
            }
        }
        AVAILABLE = available;
        SENDMSG = sendmsg;
        RECVMSG = recvmsg;
        GETSOCKNAME = getsockname;
        GETSOCKOPT = getsockopt;
        SETSOCKOPT = setsockopt;
    }

    private LinuxUdp() {}

    private static boolean isSupported() {
        return System.getProperty("os.name", "").toLowerCase(Locale.ROOT).equals("linux")
                && System.getProperty("sun.arch.data.model", "64").equals("64")
                && ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
                && LinuxUdp.class.getModule().isNativeAccessEnabled();
    }

    @SuppressWarnings("restricted")
    private static MethodHandle function(String name, FunctionDescriptor descriptor) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
    }

    /** Sends the message at an address without waiting; returns the bytes sent, or a negative number. */
    static long send(int descriptor, long message) {
        try {
            return (long) SENDMSG.invokeExact(descriptor, message, MSG_DONTWAIT);
        } catch (Throwable failure) {
            throw unexpected(failure);
        }
    }

    /** Receives into the message at an address without waiting; returns the bytes received, or a negative number. */
    static long receive(int descriptor, long message) {
        try {
            return (long) RECVMSG.invokeExact(descriptor, message, MSG_DONTWAIT);
        } catch (Throwable failure) {
            throw unexpected(failure);
        }
    }

    /**
     * Leaves the port of IPv4 to another socket, as far as this can be asked for. The descriptor of a socket that is
     * not bound is known by the size of its buffer, an odd one for a moment.
     *
     * @param channel of IPv6, not bound
     * @param mark from 0 to 65,535; sockets that are opened at the same time have different ones
     */
    static void leaveIpv4(DatagramChannel channel, int mark) throws IOException {
        channel.setOption(StandardSocketOptions.SO_RCVBUF, SMALLEST_MARK + mark);
        int granted = channel.getOption(StandardSocketOptions.SO_RCVBUF);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(WORK, 8);
            ByteBuffer view = memory.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
            for (int number = 3; number <= LAST_DESCRIPTOR; number++) {
                if (option(number, SO_DOMAIN, memory, view) == AF_INET6
                        && isDatagram(number, memory, view)
                        && option(number, SO_RCVBUF, memory, view) == 2 * granted) { // of which the JDK tells half
                    set(number, IPPROTO_IPV6, IPV6_V6ONLY, 1, memory);
                }
            }
        } catch (Throwable failure) {
            throw unexpected(failure);
        }
    }

    /**
     * The descriptor of a UDP socket of this process that is bound to an address, or -1.
     *
     * @param known sockets with this address that it is not
     */
    static int descriptor(InetSocketAddress bound, Collection<Integer> known) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(WORK, 8);
            ByteBuffer view = memory.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
            byte[] expected = new byte[ADDRESS];
            int length = encode(bound, ByteBuffer.wrap(expected).order(ByteOrder.LITTLE_ENDIAN), 0);
            for (int number = 3; number <= LAST_DESCRIPTOR; number++) {
                view.putInt(LENGTH_AT, ADDRESS);
                if (!known.contains(number)
                        && (int) GETSOCKNAME.invokeExact(number, memory.address(), memory.address() + LENGTH_AT) == 0
                        && sameAddress(view, expected, length)
                        && isDatagram(number, memory, view)) {
                    return number;
                }
            }
            return -1;
        } catch (Throwable failure) {
            throw unexpected(failure);
        }
    }

    private static boolean sameAddress(ByteBuffer view, byte[] expected, int length) {
        byte[] got = new byte[ADDRESS];
        view.get(0, got, 0, length);
        if (length == ADDRESS) { // neither flow nor scope
            Arrays.fill(got, 4, 8, (byte) 0);
            Arrays.fill(got, 24, ADDRESS, (byte) 0);
            Arrays.fill(expected, 24, ADDRESS, (byte) 0);
        }
        return Arrays.equals(got, expected);
    }

    private static boolean isDatagram(int number, MemorySegment memory, ByteBuffer view) throws Throwable {
        return option(number, SO_TYPE, memory, view) == SOCK_DGRAM;
    }

    /** An option of a socket, or -1. */
    private static int option(int number, int name, MemorySegment memory, ByteBuffer view) throws Throwable {
        view.putInt(LENGTH_AT, Integer.BYTES);
        long at = memory.address();
        return (int) GETSOCKOPT.invokeExact(number, SOL_SOCKET, name, at, at + LENGTH_AT) == 0 ? view.getInt(0) : -1;
    }

    /**
     * Asks for marks and for datagrams of one sender joined, and forbids fragments; a socket of all addresses takes
     * nothing from groups that other programs have joined, and tells where datagrams were sent to. Returns whether
     * datagrams are joined.
     */
    static boolean prepare(int number, boolean ipv4, boolean allAddresses) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(Integer.BYTES, Integer.BYTES);
            int level = ipv4 ? IPPROTO_IP : IPPROTO_IPV6;
            set(number, level, ipv4 ? IP_MTU_DISCOVER : IPV6_MTU_DISCOVER, PMTUDISC_PROBE, value);
            set(number, level, ipv4 ? IP_RECVTOS : IPV6_RECVTCLASS, 1, value);
            set(number, level, ipv4 ? IP_MULTICAST_ALL : IPV6_MULTICAST_ALL, 0, value);
            if (allAddresses) {
                set(number, level, ipv4 ? IP_PKTINFO : IPV6_RECVPKTINFO, 1, value);
            }
            return set(number, SOL_UDP, UDP_GRO, 1, value);
        } catch (Throwable failure) {
            throw unexpected(failure);
        }
    }

    private static boolean set(int number, int level, int name, int value, MemorySegment memory) throws Throwable {
        memory.set(JAVA_INT, 0, value);
        return (int) SETSOCKOPT.invokeExact(number, level, name, memory.address(), Integer.BYTES) == 0;
    }

    /** Writes a {@code sockaddr} and returns its length. */
    static int encode(InetSocketAddress address, ByteBuffer target, int at) {
        boolean ipv4 = address.getAddress() instanceof Inet4Address;
        target.putShort(at, (short) (ipv4 ? AF_INET : AF_INET6));
        target.put(at + 2, (byte) (address.getPort() >> 8));
        target.put(at + 3, (byte) address.getPort());
        byte[] bytes = address.getAddress().getAddress();
        if (ipv4) {
            target.put(at + 4, bytes).putLong(at + 8, 0);
            return 16;
        }
        int scope = ((Inet6Address) address.getAddress()).getScopeId();
        target.putInt(at + 4, 0).put(at + 8, bytes).putInt(at + 24, scope);
        return ADDRESS;
    }

    private static RuntimeException unexpected(Throwable failure) {
        if (failure instanceof RuntimeException runtime) {
            return runtime;
        }
        if (failure instanceof Error error) {
            throw error;
        }
        return new IllegalStateException(failure);
    }
}
