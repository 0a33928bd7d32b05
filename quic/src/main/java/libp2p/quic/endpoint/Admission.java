package libp2p.quic.endpoint;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import libp2p.quic.wire.ConnectionId;

/** A stranger who wants to connect, and waits for an answer; nothing was computed for it but its token. */
public final class Admission {
    record Held(byte[] datagram, int codepoint) {}

    private final InetSocketAddress remote;
    private final boolean validated;
    final ConnectionId destination;
    final ConnectionId original;
    final ConnectionId source;
    final List<Held> held = new ArrayList<>(1);

    Admission(
            InetSocketAddress remote,
            boolean validated,
            ConnectionId destination,
            ConnectionId original,
            ConnectionId source) {
        this.remote = remote;
        this.validated = validated;
        this.destination = destination;
        this.original = original;
        this.source = source;
    }

    /** Address from which the client's packets come. */
    public InetSocketAddress remote() {
        return remote;
    }

    /** Whether a token has shown that the address is the sender's. */
    public boolean isValidated() {
        return validated;
    }
}
