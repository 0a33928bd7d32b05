package libp2p.kad.lookup;

import libp2p.multiformats.multiaddr.Subnet;
import org.jspecify.annotations.Nullable;

/** One peer as a lookup knows it. */
final class LookupPeer {
    enum State {
        /** Not asked yet. */
        NEW,
        /** Asked, no answer yet. */
        ASKED,
        ANSWERED,
        /** It did not answer, or in time. */
        FAILED,
        /** Named only by a peer whose word is worth nothing. */
        DISCREDITED
    }

    final Contact contact;
    /** Its IP group: as others say at first, and where the answer came from once there is one. */
    @Nullable
    Subnet group;

    State state = State.NEW;
    /** The peer that named it first; null for those that the lookup began with. */
    @Nullable
    LookupPeer namer;
    /** The path that asked it. */
    @Nullable
    LookupPath path;
    /** Until when an answer counts. */
    long deadline;
    /** Of the peers that this one was first to name: how many answered, how many failed. */
    int namedWell;

    int namedBadly;

    /** Whether a wide lookup asks it before any other. */
    boolean isFirst;

    LookupPeer(Contact contact, @Nullable LookupPeer namer) {
        this.contact = contact;
        this.namer = namer;
        this.group = Diversity.said(contact.addresses());
    }
}
