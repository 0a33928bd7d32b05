package libp2p.core.host;

import org.jspecify.annotations.Nullable;

/**
 * Options of a handler.
 *
 * @param allowLimited whether streams on limited connections (through a relay) are taken
 * @param announce whether identify lists the protocol
 * @param service the service that inbound streams of the protocol are charged to, or null; a stream beyond the limits
 *     of its service is reset before the handler sees it
 */
public record HandlerOptions(
        boolean allowLimited, boolean announce, @Nullable String service) {
    public static final HandlerOptions DEFAULT = new HandlerOptions(false, true, null);

    public HandlerOptions withAllowLimited(boolean value) {
        return new HandlerOptions(value, announce, service);
    }

    public HandlerOptions withAnnounce(boolean value) {
        return new HandlerOptions(allowLimited, value, service);
    }

    /** Charges inbound streams to a service, for example {@code "libp2p.kad"}. */
    public HandlerOptions withService(String value) {
        return new HandlerOptions(allowLimited, announce, value);
    }
}
