package libp2p.system;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of this machine to which datagrams have come last, so that none is made for every datagram. A few: on a
 * loopback interface a stranger of this machine may name millions. By one thread.
 */
final class OwnAddresses {
    private static final int KEPT = 8;

    private final @Nullable InetAddress[] addresses = new InetAddress[KEPT];
    private final long[] high = new long[KEPT];
    private final long[] low = new long[KEPT];
    private int last;
    private int next;

    /**
     * The address that stands in a buffer.
     *
     * @param length 4 or 16
     */
    InetAddress find(ByteBuffer view, int at, int length) throws UnknownHostException {
        long first = length == 4 ? 0 : view.getLong(at);
        long second = length == 4 ? view.getInt(at) & 0xffffffffL : view.getLong(at + 8);
        InetAddress same = addresses[last];
        if (same != null && high[last] == first && low[last] == second) {
            return same;
        }
        for (int i = 0; i < KEPT; i++) {
            InetAddress known = addresses[i];
            if (known != null && high[i] == first && low[i] == second) {
                last = i;
                return known;
            }
        }
        byte[] ip = new byte[length];
        view.get(at, ip);
        InetAddress made = InetAddress.getByAddress(ip);
        addresses[next] = made;
        high[next] = first;
        low[next] = second;
        last = next;
        next = (next + 1) % KEPT;
        return made;
    }
}
