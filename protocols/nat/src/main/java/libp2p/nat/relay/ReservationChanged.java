package libp2p.nat.relay;

import libp2p.core.event.HostEvent;
import libp2p.core.identity.PeerId;
import org.jspecify.annotations.Nullable;

/**
 * A reservation at a relay was made, lengthened or lost.
 *
 * @param relay whose reservation it is
 * @param reservation what holds now, or null if it is lost
 * @param cause why it is lost or could not be made, or null
 */
public record ReservationChanged(
        PeerId relay,
        @Nullable RelayReservation reservation,
        @Nullable Throwable cause) implements HostEvent {
    private record Place(PeerId relay) {}

    @Override
    public Object subject() {
        return new Place(relay);
    }

    /** A new subscriber is told of the reservations that hold. */
    @Override
    public boolean isCurrentValue() {
        return reservation != null;
    }
}
