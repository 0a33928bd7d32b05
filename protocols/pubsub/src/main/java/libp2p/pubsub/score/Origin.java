package libp2p.pubsub.score;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The address by which peers are counted as of one place: of IPv6 a /64, of which one machine has all addresses. */
final class Origin {
    private static final int IP6_PREFIX = 8;

    private Origin() {}

    /** The first address of the place; loopback addresses stay as they are. */
    static @Nullable InetAddress of(@Nullable InetAddress address) {
        if (!(address instanceof Inet6Address) || address.isLoopbackAddress()) {
            return address;
        }
        byte[] bytes = address.getAddress();
        Arrays.fill(bytes, IP6_PREFIX, bytes.length, (byte) 0);
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError("16 bytes", e);
        }
    }
}
