package libp2p.nat.mapping;

import java.net.InetAddress;
import java.time.Duration;
import libp2p.core.event.HostEvent;

/**
 * A port of the router leads here, or does so no more.
 *
 * @param method by which the router was asked
 * @param protocol TCP or UDP
 * @param inside port of this host
 * @param address outside address of the router
 * @param outside port of the router
 * @param lease after which the mapping ends unless it is renewed
 * @param held false when the mapping is gone
 * @param behindAnother whether the router itself has an address that is not public, so that the mapping leads nowhere
 */
public record MappingChanged(
        Method method,
        PortProtocol protocol,
        int inside,
        InetAddress address,
        int outside,
        Duration lease,
        boolean held,
        boolean behindAnother)
        implements HostEvent {
    private record Port(PortProtocol protocol, int inside) {}

    @Override
    public Object subject() {
        return new Port(protocol, inside);
    }

    /** A new subscriber is told of the mappings that hold. */
    @Override
    public boolean isCurrentValue() {
        return held;
    }
}
