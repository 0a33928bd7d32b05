package libp2p.pubsub.router;

import java.util.LinkedHashSet;
import java.util.Set;
import libp2p.core.identity.PeerId;
import libp2p.pubsub.rpc.Message;
import libp2p.pubsub.rpc.MessageId;
import org.jspecify.annotations.Nullable;

/** A message that came from a peer and of which it is not known yet whether it is valid. */
public final class PendingMessage {
    private final Message message;
    private final MessageId id;
    private final PeerId from;
    /** Further peers that have sent the very same bytes meanwhile. */
    final Set<PeerId> copies = new LinkedHashSet<>(4);

    /** A message that a peer has sent. */
    public PendingMessage(Message message, MessageId id, PeerId from) {
        this.message = message;
        this.id = id;
        this.from = from;
    }

    /** Whether other peers have sent the same; to be called as the router is. */
    public boolean hasCopies() {
        return !copies.isEmpty();
    }

    /** The same as one that another peer has brought, which has sent it too; null if none has. */
    @Nullable
    PendingMessage ofOther() {
        if (copies.isEmpty()) {
            return null;
        }
        PendingMessage other = new PendingMessage(message, id, copies.iterator().next());
        other.copies.addAll(copies);
        other.copies.remove(other.from);
        return other;
    }

    /** The message that is to be judged. */
    public Message message() {
        return message;
    }

    /** Id of the message. */
    public MessageId id() {
        return id;
    }

    /** The peer that sent it here first. */
    public PeerId from() {
        return from;
    }
}
