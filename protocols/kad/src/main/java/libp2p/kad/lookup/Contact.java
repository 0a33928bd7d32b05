package libp2p.kad.lookup;

import java.util.List;
import libp2p.core.identity.PeerId;
import libp2p.kad.key.Key;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/**
 * A peer that may be asked.
 *
 * @param id of the peer
 * @param key its place
 * @param addresses where it may be; may be empty if the host knows better
 * @param latency nanoseconds within which it has answered so far, or 0 if that is not known
 */
public record Contact(PeerId id, Key key, List<Multiaddr> addresses, long latency) {
    /** A peer of which nothing else is known. */
    public static Contact of(PeerId id, List<Multiaddr> addresses) {
        return new Contact(id, Key.of(id), addresses, 0);
    }

    /** Equal if the peers are. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Contact contact && id.equals(contact.id);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }
}
