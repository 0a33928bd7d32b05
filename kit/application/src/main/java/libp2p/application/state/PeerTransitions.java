package libp2p.application.state;

import static libp2p.application.state.PeerEvent.CLOSED;
import static libp2p.application.state.PeerEvent.CONNECT;
import static libp2p.application.state.PeerEvent.DISCONNECT;
import static libp2p.application.state.PeerEvent.HANDSHAKE_COMPLETE;
import static libp2p.application.state.PeerEvent.TIMEOUT;
import static libp2p.application.state.PeerState.CONNECTING;
import static libp2p.application.state.PeerState.DISCONNECTING;
import static libp2p.application.state.PeerState.HANDSHAKING;
import static libp2p.application.state.PeerState.IDLE;

import org.jspecify.annotations.Nullable;

/** The table of a {@link PeerStateMachine}. */
final class PeerTransitions {
    private PeerTransitions() {}

    /** The state that follows, or null if the state does not know the event. */
    static @Nullable PeerState next(PeerState state, PeerEvent event) {
        return switch (state) {
            case IDLE -> event == CONNECT ? CONNECTING : null;
            case CONNECTING -> event == PeerEvent.CONNECTED ? HANDSHAKING : orError(event, true);
            case HANDSHAKING -> event == HANDSHAKE_COMPLETE ? PeerState.CONNECTED : orError(event, true);
            case CONNECTED -> event == DISCONNECT ? DISCONNECTING : orError(event, false);
            case DISCONNECTING -> ends(event) ? IDLE : null;
            case ERROR -> event == CONNECT ? CONNECTING : null;
        };
    }

    private static @Nullable PeerState orError(PeerEvent event, boolean timed) {
        return event == PeerEvent.ERROR || timed && event == TIMEOUT ? PeerState.ERROR : null;
    }

    /** The next connect means that the last connection is over, as every other end of it does. */
    private static boolean ends(PeerEvent event) {
        return event == CONNECT || event == PeerEvent.ERROR || event == TIMEOUT || event == CLOSED;
    }
}
