package libp2p.kad.provide;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import libp2p.core.environment.Deadline;
import libp2p.kad.key.Key;
import libp2p.kad.lookup.Contact;
import libp2p.kad.lookup.Lookup;

/** The network that a {@link Sweep} goes over. Methods block. */
public interface SweepNetwork {
    /** A lookup for the k peers closest to a name, run to its end. */
    Lookup lookUp(byte[] name, Deadline deadline) throws IOException;

    /**
     * Announces at each peer the keys that are meant for it, at several peers at a time.
     *
     * @return the peers that took all of theirs
     */
    Set<Contact> announce(Map<Contact, List<byte[]>> keys) throws IOException;

    /**
     * The peers around a place whose closest peers are so close that strangers must have put them there; none if they are
     * not.
     */
    List<Contact> surroundings(Key place, List<Contact> closest, Deadline deadline) throws IOException;
}
