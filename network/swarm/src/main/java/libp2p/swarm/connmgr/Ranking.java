package libp2p.swarm.connmgr;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import libp2p.core.connection.Connection;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.multiaddr.Subnet;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the connections that may be closed, oldest first, so that who was there before has the room of the sheltered
 * and of its IP group. What a stranger can choose counts for nothing here: the number of its streams and of its
 * connections, its protocols, the addresses that it names.
 */
final class Ranking {
    /** A quarter of the places is sheltered at most, so that even a wrong choice of these leaves room for others. */
    private static final int SHELTERED_PART = 4;

    /**
     * A quarter of the places belongs to those that came first, whatever others show since. Bitcoin Core keeps half of
     * its inbound connections so: merits come fast to a stranger that says much, but time passes for all alike.
     */
    private static final int SENIOR_PART = 4;

    /** Sheltered connections of one IP group, and senior ones; go-libp2p-kad-dht takes as many of a group into one bucket. */
    private static final int SHELTERED_OF_GROUP = 2;

    /** An IP group with more than this part of the places is crowded: its latest go first among equals. */
    private static final int CROWD_PART = 16;

    private final TagBook tags;
    private final int places;
    private final Set<PeerId> met = new HashSet<>();
    private final Map<Subnet, Integer> groups = new HashMap<>();
    private final Map<Subnet, Integer> shelteredOfGroups = new HashMap<>();
    private final Map<Subnet, Integer> seniorsOfGroups = new HashMap<>();
    private int sheltered;
    private int seniors;

    private Ranking(TagBook tags, int places) {
        this.tags = tags;
        this.places = places;
    }

    /**
     * The open connections of peers that are not protected, in no order of worth.
     *
     * @param places connections that are to stay
     */
    static List<TrimCandidate> of(List<Connection> connections, TagBook tags, int places) {
        Ranking ranking = new Ranking(tags, places);
        List<TrimCandidate> candidates = new ArrayList<>();
        connections.stream().sorted(Comparator.comparingLong(Connection::id)).forEach(connection -> {
            if (connection.isOpen() && !tags.isProtected(connection.remotePeer())) {
                candidates.add(ranking.look(connection));
            }
        });
        return candidates;
    }

    private TrimCandidate look(Connection connection) {
        PeerId peer = connection.remotePeer();
        // A peer is worth what it is worth once, however many connections it has made.
        boolean first = !connection.isLimited() && met.add(peer);
        int value = tags.value(peer);
        Subnet group = group(connection);
        boolean crowded = isCrowded(group);
        boolean senior = first && value >= 0 && !crowded && isSenior(group);
        boolean sheltered = first && tags.isSheltered(peer) && takeShelter(group);
        return TrimCandidate.of(connection, first ? value : Math.min(value, 0), senior || sheltered, crowded);
    }

    private static @Nullable Subnet group(Connection connection) {
        InetAddress ip = connection.remoteAddress().ip();
        return ip == null ? null : Subnet.group(ip);
    }

    private boolean takeShelter(@Nullable Subnet group) {
        if (sheltered >= places / SHELTERED_PART) {
            return false;
        }
        if (group != null && shelteredOfGroups.merge(group, 1, Integer::sum) > SHELTERED_OF_GROUP) {
            return false;
        }
        sheltered++;
        return true;
    }

    /** Asked of the oldest first, so that those have the places. */
    private boolean isSenior(@Nullable Subnet group) {
        if (seniors >= places / SENIOR_PART) {
            return false;
        }
        if (group != null && seniorsOfGroups.merge(group, 1, Integer::sum) > SHELTERED_OF_GROUP) {
            return false;
        }
        seniors++;
        return true;
    }

    private boolean isCrowded(@Nullable Subnet group) {
        return group != null && groups.merge(group, 1, Integer::sum) > Math.max(1, places / CROWD_PART);
    }
}
