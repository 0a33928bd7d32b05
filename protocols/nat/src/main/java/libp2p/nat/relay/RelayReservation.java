package libp2p.nat.relay;

import java.time.Instant;
import java.util.List;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ConnectionLimits;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/**
 * A place that a relay keeps for this host.
 *
 * @param relay that keeps it
 * @param connection on which it was given; the place is gone with it
 * @param expires on the wall clock of the relay
 * @param addresses under which others reach this host through the relay, ending with {@code /p2p-circuit}
 * @param limits of each circuit as the relay announced them, or null if it limits none
 * @param voucher the signed statement of the relay, or null: not all relays make one
 */
public record RelayReservation(
        PeerId relay,
        Connection connection,
        Instant expires,
        List<Multiaddr> addresses,
        @Nullable ConnectionLimits limits,
        byte @Nullable [] voucher) {
    public RelayReservation {
        addresses = List.copyOf(addresses);
    }
}
