package libp2p.core.failure;

import java.io.Serializable;
import libp2p.core.identity.PeerId;
import org.jspecify.annotations.Nullable;

/** Place of an error; each part is said once. Thread-safe. */
final class FailureContext implements Serializable {
    private static final long serialVersionUID = 1;

    private transient @Nullable PeerId peer;
    private @Nullable String protocol;
    private String added = "";

    FailureContext(@Nullable PeerId peer, @Nullable String protocol) {
        this.peer = peer;
        this.protocol = protocol;
    }

    synchronized @Nullable PeerId peer() {
        return peer;
    }

    synchronized @Nullable String protocol() {
        return protocol;
    }

    synchronized void addContext(@Nullable PeerId newPeer, @Nullable String newProtocol) {
        if (peer == null && newPeer != null) {
            peer = newPeer;
            added += ", peer " + newPeer;
        }
        if (protocol == null && newProtocol != null) {
            protocol = newProtocol;
            added += ", protocol " + newProtocol;
        }
    }

    /** The message of an error without the context, for one that names the context itself. */
    static @Nullable String unplaced(Throwable error) {
        return switch (error) {
            case NetworkException network -> network.text();
            case DeadlineExceededException late -> late.text();
            default -> error.getMessage();
        };
    }

    /** The text of the error with what it did not say itself. */
    synchronized String extend(@Nullable String message) {
        return message + added;
    }
}
