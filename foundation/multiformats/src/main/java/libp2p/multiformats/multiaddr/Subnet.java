package libp2p.multiformats.multiaddr;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Set;
import libp2p.multiformats.MalformedException;
import org.jspecify.annotations.Nullable;

/** The addresses that share a prefix, for example {@code 10.0.0.0/8} or {@code 2001:db8::/32}. Immutable. */
public final class Subnet {
    private static final int IP4_MACHINE = 32;
    private static final int IP6_MACHINE = 56;
    private static final int IP4_NETWORK = 24;
    private static final int IP6_NETWORK = 48;
    private static final int IP4_GROUP = 16;
    private static final int IP6_GROUP = 32;

    /** First bytes of old class A blocks that belong to one owner each; the list that go-libp2p uses too. */
    private static final Set<Integer> CLASS_A = Set.of(12, 17, 19, 38, 48, 53, 56, 73);

    private static final int CLASS_A_BITS = 8;

    private final InetAddress network;
    private final int bits;
    private final byte[] prefix;

    private Subnet(InetAddress network, int bits) {
        this.network = network;
        this.bits = bits;
        this.prefix = network.getAddress();
    }

    /**
     * The subnet that an address is in.
     *
     * @param bits length of the prefix, 0 to 32 or 128
     */
    public static Subnet of(InetAddress address, int bits) {
        byte[] bytes = address.getAddress();
        if (bits < 0 || bits > 8 * bytes.length) {
            throw new IllegalArgumentException("a prefix of " + bits + " bits for " + address.getHostAddress());
        }
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] &= mask(bits, i);
        }
        try {
            return new Subnet(InetAddress.getByAddress(bytes), bits);
        } catch (java.net.UnknownHostException e) {
            throw new AssertionError("4 or 16 bytes", e);
        }
    }

    /** The addresses that one machine may have: an IPv4 address, or an IPv6 /56, which is what one customer gets. */
    public static Subnet machine(InetAddress address) {
        return of(address, address instanceof Inet4Address ? IP4_MACHINE : IP6_MACHINE);
    }

    /** The addresses of one network: an IPv4 /24, or an IPv6 /48. */
    public static Subnet network(InetAddress address) {
        return of(address, address instanceof Inet4Address ? IP4_NETWORK : IP6_NETWORK);
    }

    /**
     * The IP group of an address, which many addresses of one owner share, so that the holder of one network does not
     * fill a table: IPv4 by /16, by /8 for the old class A blocks of single owners, IPv6 by /32, which is what one
     * provider gets where its autonomous system is not known. Null for addresses of private networks and of this
     * machine, where there is no diversity to be had.
     */
    public static @Nullable Subnet group(InetAddress address) {
        if (IpScope.of(address) != IpScope.PUBLIC) {
            return null;
        }
        boolean ownerOfAll = CLASS_A.contains(address.getAddress()[0] & 0xff);
        return of(address, address instanceof Inet6Address ? IP6_GROUP : ownerOfAll ? CLASS_A_BITS : IP4_GROUP);
    }

    /**
     * Reads {@code address} or {@code address/bits}; never looks a name up.
     *
     * @throws MalformedException if it is neither
     */
    public static Subnet parse(String text) {
        int slash = text.indexOf('/');
        try {
            InetAddress address = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
            int whole = 8 * address.getAddress().length;
            return of(address, slash < 0 ? whole : Integer.parseInt(text.substring(slash + 1)));
        } catch (IllegalArgumentException e) {
            throw new MalformedException("not a subnet such as 10.0.0.0/8: '" + text + "'");
        }
    }

    private static byte mask(int bits, int index) {
        int here = Math.clamp(bits - 8L * index, 0, 8);
        return (byte) (0xff << (8 - here));
    }

    /** Whether an address begins with the prefix; no IPv4 address is in an IPv6 subnet, nor the other way. */
    public boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length != prefix.length) {
            return false;
        }
        int whole = bits / 8;
        return Arrays.equals(bytes, 0, whole, prefix, 0, whole)
                && (bits % 8 == 0 || (bytes[whole] & mask(bits, whole)) == prefix[whole]);
    }

    /** The length of the prefix. */
    public int bits() {
        return bits;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Subnet subnet && bits == subnet.bits && network.equals(subnet.network);
    }

    @Override
    public int hashCode() {
        return 31 * network.hashCode() + bits;
    }

    @Override
    public String toString() {
        return network.getHostAddress() + "/" + bits;
    }
}
