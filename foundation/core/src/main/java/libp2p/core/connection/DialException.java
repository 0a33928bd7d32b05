package libp2p.core.connection;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import libp2p.core.failure.NetworkException;
import libp2p.core.failure.NetworkFailure;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/** No address of the peer could be connected; holds the cause of each. */
public final class DialException extends NetworkException {
    private static final long serialVersionUID = 1;
    private final transient SequencedMap<Multiaddr, Throwable> causes;

    /** @param causes every address that was tried or passed over, in order, with its cause; may be empty */
    public DialException(@Nullable PeerId peer, String message, SequencedMap<Multiaddr, Throwable> causes) {
        super(text(peer, message, causes), peer, null);
        this.causes = new LinkedHashMap<>(causes);
        for (Throwable cause : causes.values()) {
            NetworkFailure.located(cause, peer, null);
            addSuppressed(cause);
        }
    }

    private static String text(@Nullable PeerId peer, String message, Map<Multiaddr, Throwable> causes) {
        StringBuilder text = new StringBuilder("dialing ");
        text.append(peer == null ? "an address" : peer).append(": ").append(message);
        causes.forEach((address, cause) ->
                text.append("; ").append(address).append(": ").append(NetworkFailure.plainText(cause)));
        return text.toString();
    }

    /** The failure of every address that was tried, in the order of the dials. */
    public SequencedMap<Multiaddr, Throwable> causes() {
        return new LinkedHashMap<>(causes);
    }

    @Override
    public boolean isRetryable() {
        return causes.isEmpty() || causes.values().stream().anyMatch(NetworkFailure::isRetryable);
    }
}
