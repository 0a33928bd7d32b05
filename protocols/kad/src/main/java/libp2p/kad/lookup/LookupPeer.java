package libp2p.kad.lookup;

import java.util.LinkedHashSet;
import libp2p.multiformats.multiaddr.Multiaddr;
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

    /** Addresses that are taken of those that one peer names. */
    private static final int NAMED = 16;

    private static final int ADDRESSES = 64;
    /** How often it is asked again, when others name other addresses than those that failed. */
    static final int RETRIES = 2;

    Contact contact;
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

    /** Requests whose time has passed and of which the end is not known yet. */
    int late;

    private int retries;
    /** Whether addresses were named since it was asked, and the peer that named them. */
    private boolean hasOthers;

    private @Nullable LookupPeer otherNamer;

    /** Whether a wide lookup asks it before any other. */
    boolean isFirst;

    LookupPeer(Contact contact, @Nullable LookupPeer namer) {
        this.contact = contact;
        this.namer = namer;
        this.group = Diversity.said(contact.addresses());
    }

    /** Takes the addresses that one more peer names: the first to name it may have invented its own. */
    void learn(Contact named, @Nullable LookupPeer by) {
        LinkedHashSet<Multiaddr> addresses = new LinkedHashSet<>();
        named.addresses().stream().limit(NAMED).forEach(addresses::add);
        boolean isNew = !contact.addresses().containsAll(addresses);
        addresses.addAll(contact.addresses());
        if (isNew && contact.addresses().size() < ADDRESSES) {
            contact = new Contact(
                    contact.id(),
                    contact.key(),
                    addresses.stream().limit(ADDRESSES).toList(),
                    contact.latency());
            hasOthers = true;
            otherNamer = by;
        }
    }

    /** It did not answer; where others have named other addresses meanwhile, it is asked again. */
    void fail() {
        state = State.FAILED;
        retry();
    }

    /** Has a failed peer asked again, if there are addresses that were not tried. */
    void retry() {
        if (state == State.FAILED && hasOthers && retries < RETRIES) {
            retries++;
            state = State.NEW;
            namer = otherNamer;
        }
    }

    /** It is asked, at all addresses that were named. */
    void ask() {
        state = State.ASKED;
        hasOthers = false;
    }
}
