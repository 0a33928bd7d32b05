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
    /** Announced, not on limited connections, charged to no service. */
    public static final HandlerOptions DEFAULT = new HandlerOptions(false, true, null);

    /** The same with or without streams on limited connections. */
    public HandlerOptions withAllowLimited(boolean value) {
        return new HandlerOptions(value, announce, service);
    }

    /** The same with or without a place in the list of identify. */
    public HandlerOptions withAnnounce(boolean value) {
        return new HandlerOptions(allowLimited, value, service);
    }

    /** Charges inbound streams to a service, for example {@code "libp2p.kad"}. */
    public HandlerOptions withService(String value) {
        return new HandlerOptions(allowLimited, announce, value);
    }
}
