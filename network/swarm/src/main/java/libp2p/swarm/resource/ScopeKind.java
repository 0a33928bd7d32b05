package libp2p.swarm.resource;

import java.util.Locale;

/** The kinds of scopes. A limit is set for a kind, and perhaps another for a named scope of the kind. */
public enum ScopeKind {
    /** Everything that is not in {@link #ALLOWLISTED_SYSTEM}. */
    SYSTEM,
    /** Connections whose peer, and streams whose protocol, is not known yet. */
    TRANSIENT,
    /** Connections of the allow list that {@link #SYSTEM} has no room for. */
    ALLOWLISTED_SYSTEM,
    /** The part of {@link #ALLOWLISTED_SYSTEM} whose peers are not known yet. */
    ALLOWLISTED_TRANSIENT,
    /** Connections in their handshakes whose remote address may be forged; in none of the above. */
    UNPROVED,
    /** One peer. */
    PEER,
    /** The part of {@link #TRANSIENT} that one peer has: its streams whose protocol is not known yet. */
    TRANSIENT_PEER,
    /** One protocol, over all peers. */
    PROTOCOL,
    /** One protocol with one peer; named by the protocol. */
    PROTOCOL_PEER,
    /** One service, over all peers and protocols. */
    SERVICE,
    /** One service with one peer; named by the service. */
    SERVICE_PEER,
    /** One connection. */
    CONNECTION,
    /** One stream. */
    STREAM,
    /** Remote addresses with a common prefix; see {@link AddressLimits}. */
    NETWORK;

    private final String text;

    ScopeKind() {
        StringBuilder camel = new StringBuilder();
        for (String word : name().toLowerCase(Locale.ROOT).split("_", -1)) {
            camel.append(camel.isEmpty() ? word : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1));
        }
        text = camel.toString();
    }

    /** Whether single scopes of the kind can have limits of their own. */
    boolean isNamed() {
        return switch (this) {
            case PEER, PROTOCOL, PROTOCOL_PEER, SERVICE, SERVICE_PEER -> true;
            default -> false;
        };
    }

    /** In camel case, for example {@code "protocolPeer"}. */
    @Override
    public String toString() {
        return text;
    }
}
