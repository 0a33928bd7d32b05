package libp2p.core.environment;

import java.net.InetAddress;
import java.util.List;

/**
 * A network interface of the machine that is up.
 *
 * @param name as the system calls it, for example {@code eth0}; for people and for telling interfaces apart
 * @param index the system's number for it, positive
 * @param addresses its own addresses, in a stable order; may be empty
 * @param multicast whether datagrams can be sent to groups on it
 */
public record LinkInterface(String name, int index, List<InetAddress> addresses, boolean multicast) {
    public LinkInterface {
        addresses = List.copyOf(addresses);
    }
}
