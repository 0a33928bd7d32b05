package libp2p.quic.endpoint;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import libp2p.quic.wire.ConnectionId;
import org.jspecify.annotations.Nullable;

/** A stranger who wants to connect, and waits for an answer; nothing was computed for it but its token. */
public final class IncomingConnection {
    record Held(byte[] datagram, int codepoint) {}

    private final InetSocketAddress remote;
    private final @Nullable InetAddress own;
    private final boolean validated;
    final ConnectionId destination;
    final ConnectionId original;
    final ConnectionId source;
    final List<Held> held = new ArrayList<>(1);

    IncomingConnection(
            InetSocketAddress remote,
            @Nullable InetAddress own,
            boolean validated,
            ConnectionId destination,
            ConnectionId original,
            ConnectionId source) {
        this.remote = remote;
        this.own = own;
        this.validated = validated;
        this.destination = destination;
        this.original = original;
        this.source = source;
    }

    /** Address from which the client's packets come. */
    public InetSocketAddress remote() {
        return remote;
    }

    /** The address of this side that was dialed, or null if the socket is bound to it, or it is not known. */
    public @Nullable InetAddress ownAddress() {
        return own;
    }

    boolean isBetween(InetSocketAddress from, @Nullable InetAddress to) {
        return from.equals(remote) && Objects.equals(to, own);
    }

    /** Whether a token has shown that the address is the sender's. */
    public boolean isValidated() {
        return validated;
    }
}
