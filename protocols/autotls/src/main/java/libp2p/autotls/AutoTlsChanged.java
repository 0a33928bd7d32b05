package libp2p.autotls;

import java.time.Instant;
import libp2p.core.event.HostEvent;
import org.jspecify.annotations.Nullable;

/**
 * The certificate of the host, or the way to it, is in another state. A new subscriber hears the last one.
 *
 * @param state what holds now
 * @param message one sentence about it
 * @param cure the next step of the owner of the host; empty if there is nothing to do
 * @param until the end of the certificate, or the time of the next attempt; null where neither is known
 */
public record AutoTlsChanged(
        State state, String message, String cure, @Nullable Instant until) implements HostEvent {
    /** The states of a certificate. */
    public enum State {
        /** No address of this host is known to be reachable over TCP, so that no certificate is ordered. */
        WAITING,
        /** A certificate is ordered. */
        ORDERING,
        /** There is a certificate, and its addresses are announced. */
        CERTIFIED,
        /** The last attempt has failed. A certificate from before stays in use until it ends. */
        FAILED
    }

    @Override
    public Object subject() {
        return AutoTlsChanged.class;
    }

    @Override
    public boolean isCurrentValue() {
        return true;
    }
}
