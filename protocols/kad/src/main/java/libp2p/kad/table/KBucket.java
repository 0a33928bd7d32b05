package libp2p.kad.table;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import libp2p.core.identity.PeerId;
import libp2p.kad.key.Key;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Subnet;
import org.jspecify.annotations.Nullable;

/**
 * A k-bucket: the peers that share a prefix of one length with this host, those longest there first, and the peers that wait for a
 * place.
 */
final class KBucket {
    /** A peer of a bucket. */
    static final class Member {
        final PeerId id;
        final Key key;
        final List<Subnet> groups;
        final long since;
        List<Multiaddr> addresses;
        long lastAnswer;
        long latency;

        Member(PeerId id, Key key, List<Multiaddr> addresses, List<Subnet> groups, long now) {
            this.id = id;
            this.key = key;
            this.groups = groups;
            this.since = now;
            this.addresses = addresses;
            this.lastAnswer = now;
        }

        TablePeer snapshot() {
            return new TablePeer(id, key, addresses, since, lastAnswer, latency);
        }
    }

    private final List<Member> members = new ArrayList<>();
    private final Deque<Member> waiting = new ArrayDeque<>();
    private final Map<Subnet, Integer> groups = new HashMap<>();

    List<Member> members() {
        return members;
    }

    int size() {
        return members.size();
    }

    boolean hasRoomInGroups(Member candidate, int most) {
        return candidate.groups.stream().allMatch(group -> groups.getOrDefault(group, 0) < most);
    }

    void add(Member member) {
        members.add(member);
        member.groups.forEach(group -> groups.merge(group, 1, Integer::sum));
    }

    @Nullable
    Member find(PeerId id) {
        for (Member member : members) {
            if (member.id.equals(id)) {
                return member;
            }
        }
        return null;
    }

    /** Removes a member; returns whether it was there. */
    boolean remove(Member member) {
        boolean removed = members.remove(member);
        if (removed) {
            member.groups.forEach(
                    group -> groups.computeIfPresent(group, (name, count) -> count > 1 ? count - 1 : null));
        }
        return removed;
    }

    /** Lets a peer wait for a place; of too many the one that waits longest goes. */
    void await(Member candidate, int most) {
        forget(candidate.id);
        waiting.addLast(candidate);
        if (waiting.size() > most) {
            waiting.removeFirst();
        }
    }

    void forget(PeerId id) {
        waiting.removeIf(candidate -> candidate.id.equals(id));
    }

    /** The peers that wait, the last heard of first. */
    List<Member> candidates() {
        return new ArrayList<>(waiting).reversed();
    }

    /** The member that has not shown for longest that it lives, or null if there is none. */
    @Nullable
    Member quietest() {
        Member quietest = null;
        for (Member member : members) {
            if (quietest == null || member.lastAnswer < quietest.lastAnswer) {
                quietest = member;
            }
        }
        return quietest;
    }
}
