package libp2p.nat.address;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Arrays;

/**
 * The part of an IP address that counts as one machine or one network: the holder of one IPv6 address has a whole
 * prefix of them. Two keys are equal if they are of one group.
 */
public record Networks(String key) {
    private static final int IP4_NETWORK_BYTES = 3;
    private static final int IP6_HOST_BYTES = 7;
    private static final int IP6_NETWORK_BYTES = 6;

    /** An IPv4 address, or an IPv6 /56. */
    public static Networks host(InetAddress address) {
        return of(address, address instanceof Inet4Address ? 4 : IP6_HOST_BYTES);
    }

    /** An IPv4 /24, or an IPv6 /48. */
    public static Networks network(InetAddress address) {
        return of(address, address instanceof Inet4Address ? IP4_NETWORK_BYTES : IP6_NETWORK_BYTES);
    }

    private static Networks of(InetAddress address, int bytes) {
        byte[] all = address.getAddress();
        return new Networks(all.length + ":" + Arrays.toString(Arrays.copyOf(all, bytes)));
    }
}
