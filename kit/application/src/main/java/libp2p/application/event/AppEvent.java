package libp2p.application.event;

import java.util.Objects;
import libp2p.core.identity.PeerId;
import org.jspecify.annotations.Nullable;

/** What an {@link EventDrivenApp} tells its handlers. */
public sealed interface AppEvent {
    /** What tells that a peer came or went; the last such event of each peer reaches every handler. */
    sealed interface PeerEvent extends AppEvent {
        /** The peer that came or went. */
        PeerId peer();
    }

    /**
     * The first connection to a peer is open.
     *
     * @param peer which has proved its identity
     */
    record PeerConnected(PeerId peer) implements PeerEvent {
        public PeerConnected {
            Objects.requireNonNull(peer);
        }
    }

    /**
     * The last connection to a peer has ended.
     *
     * @param peer which was connected
     */
    record PeerDisconnected(PeerId peer) implements PeerEvent {
        public PeerDisconnected {
            Objects.requireNonNull(peer);
        }
    }

    /**
     * A message of a topic that the application has joined.
     *
     * @param topic the topic, as the peers know it
     * @param from the author of the message; where the topic is anonymous the peer that relayed it
     * @param data what was published; shared by all handlers, and not to be changed
     */
    record MessageReceived(String topic, PeerId from, byte[] data) implements AppEvent {
        public MessageReceived {
            Objects.requireNonNull(topic);
            Objects.requireNonNull(from);
            Objects.requireNonNull(data);
        }
    }

    /**
     * Something in the network failed: an attempt to dial, a connection that was open, identify, or what the
     * application has reported itself.
     *
     * @param peer with which it failed, or null if none is known
     * @param text for people
     * @param cause the failure, or null where there is only the text
     */
    record NetworkError(
            @Nullable PeerId peer, String text, @Nullable Throwable cause) implements AppEvent {
        public NetworkError {
            Objects.requireNonNull(text);
        }
    }
}
