package libp2p.pubsub;

import java.util.List;
import libp2p.core.identity.PeerId;
import libp2p.pubsub.router.HeldBytes;
import libp2p.pubsub.router.RouterOutput;
import libp2p.pubsub.rpc.Rpc;

/** The way to the peers that exchange parts of messages with this host. Nothing here blocks. Thread-safe. */
public final class PartialPeers {
    private final LockedRouter core;
    private final PeerLinks links;
    private final boolean enabled;

    /** @param enabled whether this host exchanges parts at all */
    PartialPeers(LockedRouter core, PeerLinks links, boolean enabled) {
        this.core = core;
        this.links = links;
        this.enabled = enabled;
    }

    /**
     * Sends parts of a message, or the news of them.
     *
     * @return false if the peer does not exchange parts, or its queue is full
     */
    public boolean send(PeerId peer, Rpc.Partial partial) {
        PeerLink link = links.get(peer);
        if (link == null || !enabled || !core.view(view -> view.sendsPartials(peer))) {
            return false;
        }
        boolean queued = link.offer(Rpc.of(partial), RouterOutput.Priority.FORWARD);
        link.push();
        return queued;
    }

    /** The bytes that all peers make this host hold, metadata about parts among them. */
    public HeldBytes held() {
        return core.held();
    }

    /** The peers that pubsub is spoken with, sorted. */
    public List<PeerId> connected() {
        return core.view(view -> view.peers());
    }

    /** The peers of a topic that exchange parts of its messages, sorted: those in the mesh, or the others. */
    public List<PeerId> of(String topic, boolean mesh) {
        return core.view(view -> view.partialPeers(topic, mesh));
    }

    /** Whether this host has subscribed to a topic for messages in parts. */
    public boolean hasJoined(String topic) {
        return core.view(view -> view.exchangesPartials(topic));
    }

    /** Whether a peer takes parts of the messages of a topic, not only the news of them. */
    public boolean takesParts(PeerId peer, String topic) {
        return core.view(view -> view.requestsPartial(peer, topic));
    }

    /** A peer sent parts that do not prove to be those of the message, which counts as an invalid message (P4). */
    public void invalid(PeerId peer, String topic) {
        core.invalidPartial(peer, topic);
    }
}
