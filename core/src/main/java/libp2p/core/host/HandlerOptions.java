package libp2p.core.host;

/**
 * How a protocol is served.
 *
 * @param allowLimited whether streams on limited connections (through a relay) are taken
 * @param announce whether identify lists the protocol
 */
public record HandlerOptions(boolean allowLimited, boolean announce) {
    public static final HandlerOptions DEFAULT = new HandlerOptions(false, true);

    public HandlerOptions withAllowLimited(boolean value) {
        return new HandlerOptions(value, announce);
    }

    public HandlerOptions withAnnounce(boolean value) {
        return new HandlerOptions(allowLimited, value);
    }
}
