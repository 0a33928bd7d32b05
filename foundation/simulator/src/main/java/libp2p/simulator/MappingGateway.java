package libp2p.simulator;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The side of a router that is asked for ports: NAT-PMP (RFC 6886) and the MAP of PCP (RFC 6887), IPv4 only. */
final class MappingGateway {
    /** Port at which it is asked. */
    static final int PORT = 5351;

    private static final int ANSWER = 0x80;
    private static final int PCP = 2;
    private static final int PCP_MAP = 1;
    private static final int PCP_HEAD = 24;
    private static final int PCP_MAP_BYTES = 60;
    private static final int UNSUPPORTED_VERSION = 1;
    private static final int UNSUPPORTED_OPERATION = 5;
    private static final int PCP_ADDRESS_MISMATCH = 12;
    private static final int PMP_MAP_BYTES = 12;
    private static final int TCP_NUMBER = 6;
    private static final int UDP_NUMBER = 17;
    private static final int PCP_LIFETIME_AT = 4;

    private final SimulatedNat nat;
    private final SimulatedScheduler scheduler;
    private final InetAddress address;
    private final Duration longestLease;
    private long startedAt;

    MappingGateway(SimulatedNat nat, SimulatedScheduler scheduler, InetAddress address, Duration longestLease) {
        this.nat = nat;
        this.scheduler = scheduler;
        this.address = address;
        this.longestLease = longestLease;
        this.startedAt = scheduler.now();
    }

    InetAddress address() {
        return address;
    }

    boolean isAt(InetSocketAddress target) {
        return target.getPort() == PORT && target.getAddress().equals(address);
    }

    /** The change that clients take for lost state. */
    void restart() {
        startedAt = scheduler.now();
    }

    /** Does what a datagram asks for and answers it; null for what has no answer. */
    byte @Nullable [] answer(byte[] question, InetSocketAddress from) {
        if (question.length < 2 || (question[1] & ANSWER) != 0) {
            return null;
        }
        return switch (question[0]) {
            case 0 -> pmp(ByteBuffer.wrap(question), from);
            case PCP -> pcp(ByteBuffer.wrap(question), from);
            default -> pmpHead(question[1], UNSUPPORTED_VERSION, 8).array();
        };
    }

    private int epochSeconds() {
        return (int) TimeUnit.NANOSECONDS.toSeconds(scheduler.now() - startedAt);
    }

    private long lease(long seconds) {
        return Math.min(seconds, longestLease.toSeconds());
    }

    private long until(long seconds) {
        return scheduler.in(TimeUnit.SECONDS.toNanos(seconds));
    }

    // ---- NAT-PMP

    private ByteBuffer pmpHead(int operation, int result, int bytes) {
        return ByteBuffer.allocate(bytes)
                .put((byte) 0)
                .put((byte) (operation | ANSWER))
                .putShort((short) result)
                .putInt(epochSeconds());
    }

    private byte @Nullable [] pmp(ByteBuffer question, InetSocketAddress from) {
        int operation = question.get(1);
        if (operation == 0) {
            return pmpHead(operation, 0, 12).put(nat.address().getAddress()).array();
        }
        Transport transport = operation == 1 ? Transport.UDP : Transport.TCP;
        if (operation > 2) {
            return pmpHead(operation, UNSUPPORTED_OPERATION, 8).array();
        }
        if (question.limit() < PMP_MAP_BYTES) {
            return null;
        }
        int inside = question.getShort(4) & 0xffff;
        InetSocketAddress local = new InetSocketAddress(from.getAddress(), inside);
        long seconds = lease(question.getInt(8) & 0xffff_ffffL);
        int outside = 0;
        if (seconds == 0) {
            nat.unlead(transport, local);
        } else {
            outside = nat.leadFree(transport, question.getShort(6) & 0xffff, local, until(seconds));
        }
        return pmpHead(operation, 0, 16)
                .putShort((short) inside)
                .putShort((short) outside)
                .putInt((int) seconds)
                .array();
    }

    // ---- PCP

    private byte @Nullable [] pcp(ByteBuffer question, InetSocketAddress from) {
        if (question.limit() < PCP_MAP_BYTES) {
            return null;
        }
        if (question.get(1) != PCP_MAP) {
            return pcpAnswer(question, UNSUPPORTED_OPERATION, 0).array();
        }
        byte[] client = Arrays.copyOfRange(question.array(), 8, PCP_HEAD);
        if (!Arrays.equals(client, mapped(from.getAddress()))) {
            return pcpAnswer(question, PCP_ADDRESS_MISMATCH, 0).array();
        }
        int number = question.get(PCP_HEAD + 12);
        if (number != TCP_NUMBER && number != UDP_NUMBER) {
            return pcpAnswer(question, UNSUPPORTED_OPERATION, 0).array();
        }
        Transport transport = number == TCP_NUMBER ? Transport.TCP : Transport.UDP;
        InetSocketAddress local = new InetSocketAddress(from.getAddress(), question.getShort(40) & 0xffff);
        long seconds = lease(question.getInt(PCP_LIFETIME_AT) & 0xffff_ffffL);
        int outside = question.getShort(42) & 0xffff;
        if (seconds == 0) {
            nat.unlead(transport, local);
        } else {
            outside = nat.leadFree(transport, outside, local, until(seconds));
        }
        return pcpAnswer(question, 0, seconds)
                .putShort(42, (short) outside)
                .put(44, mapped(nat.address()))
                .array();
    }

    private ByteBuffer pcpAnswer(ByteBuffer question, int result, long seconds) {
        ByteBuffer answer = ByteBuffer.wrap(Arrays.copyOf(question.array(), PCP_MAP_BYTES));
        return answer.put(1, (byte) (question.get(1) | ANSWER))
                .put(2, (byte) 0)
                .put(3, (byte) result)
                .putInt(PCP_LIFETIME_AT, (int) seconds)
                .putInt(8, epochSeconds())
                .put(12, new byte[12]);
    }

    private static byte[] mapped(InetAddress address) {
        byte[] sixteen = new byte[16];
        sixteen[10] = (byte) 0xff;
        sixteen[11] = (byte) 0xff;
        System.arraycopy(address.getAddress(), 0, sixteen, 12, 4);
        return sixteen;
    }
}
