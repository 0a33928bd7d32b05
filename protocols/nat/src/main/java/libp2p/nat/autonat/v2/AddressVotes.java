package libp2p.nat.autonat.v2;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import libp2p.multiformats.multiaddr.Subnet;

/**
 * The verdicts of servers about one address, and the conclusion from them. A server has one vote, the last it gave,
 * where there are enough others; three votes decide, so that two of five may lie. With fewer than three servers two
 * outcomes must do. An address counts as reachable once one stranger got through: the nonce proves it, so no server can
 * lie about that. No threads, no clock; not thread-safe.
 */
final class AddressVotes {
    /** The verdict of one server. */
    enum Outcome {
        /** It got through. */
        REACHED,
        /** It got through, but a router in between knew it already: that proves nothing about strangers. */
        REACHED_AS_CONTACT,
        /** It did not get through. */
        FAILED
    }

    /** The conclusion. */
    enum Verdict {
        UNKNOWN,
        REACHABLE,
        /** Only for those that this host has sent something before, as far as is known. */
        RESTRICTED,
        UNREACHABLE
    }

    private record Vote(Subnet server, Outcome outcome, long at) {}

    private final AddressVoteLimits limits;
    private final Deque<Vote> votes = new ArrayDeque<>();
    private final Deque<Long> dials = new ArrayDeque<>();
    private final Set<Subnet> asked = new HashSet<>();
    private final Map<Subnet, Long> unwilling = new HashMap<>();
    private int refusals;
    private long pausedUntil = Long.MIN_VALUE;
    private long decidedAt = Long.MIN_VALUE;

    AddressVotes(AddressVoteLimits limits) {
        this.limits = limits;
    }

    /** A server is asked now; it answers by a vote, a refusal or unwillingness. */
    void asked(Subnet server, long now) {
        asked.add(server);
        dials.addLast(now);
        while (dials.size() > limits.dials()) {
            dials.removeFirst();
        }
    }

    /**
     * A server has answered.
     *
     * @param servers how many there are to ask
     */
    void vote(Subnet server, Outcome outcome, int servers, long now) {
        asked.remove(server);
        refusals = 0;
        expire(now);
        if (servers >= limits.decisive()) {
            votes.removeIf(vote -> vote.server.equals(server));
        }
        votes.addLast(new Vote(server, outcome, now));
        while (votes.size() > limits.window()) {
            votes.removeFirst();
        }
        decidedAt = verdict(servers, now) == Verdict.UNKNOWN ? Long.MIN_VALUE : now;
    }

    /** A server refused to answer: that says nothing about the address. */
    void refused(Subnet server, long now) {
        asked.remove(server);
        if (++refusals >= limits.refusals()) {
            refusals = 0;
            pausedUntil = now + limits.pause().toNanos();
        }
    }

    /** A server does not dial the address: that says nothing about it either, and others may. */
    void unwilling(Subnet server, long now) {
        asked.remove(server);
        unwilling.values().removeIf(until -> until <= now);
        unwilling.put(server, now + limits.pause().toNanos());
    }

    /** Whether a server is asked and has yet to answer. */
    boolean isAsked(Subnet server) {
        return asked.contains(server);
    }

    /** Whether a server said lately that it does not dial the address. */
    boolean isUnwilling(Subnet server, long now) {
        Long until = unwilling.get(server);
        return until != null && until > now;
    }

    private void expire(long now) {
        Iterator<Vote> oldest = votes.iterator();
        while (oldest.hasNext()) {
            if (now - oldest.next().at > limits.lifetime().toNanos()) {
                oldest.remove();
            }
        }
    }

    private int needed(int servers) {
        return servers >= limits.decisive() ? limits.decisive() : limits.few();
    }

    /** The present conclusion. */
    Verdict verdict(int servers, long now) {
        expire(now);
        int needed = needed(servers);
        int reached = count(Outcome.REACHED);
        int failed = count(Outcome.FAILED);
        int through = reached + count(Outcome.REACHED_AS_CONTACT);
        if (through >= needed && through > failed) {
            return reached > 0 ? Verdict.REACHABLE : Verdict.RESTRICTED;
        }
        return failed >= needed && failed > through ? Verdict.UNREACHABLE : Verdict.UNKNOWN;
    }

    private int count(Outcome outcome) {
        int count = 0;
        for (Vote vote : votes) {
            count += vote.outcome == outcome ? 1 : 0;
        }
        return count;
    }

    /** Whether the address is to be looked at now. */
    boolean isDue(int servers, long now) {
        return dueAt(servers, now) <= now;
    }

    /** Whether the answers that are under way may decide; one more is asked for where they cannot. */
    private boolean isAskedEnough(int servers) {
        int failed = count(Outcome.FAILED);
        int leading = Math.max(failed, votes.size() - failed);
        return asked.size() >= Math.max(1, needed(servers) - leading);
    }

    /**
     * Moment at which the address is to be looked at, as far as is known now; a moment that has passed if it is due,
     * and {@code Long.MAX_VALUE} while enough servers have yet to answer.
     */
    long dueAt(int servers, long now) {
        if (isAskedEnough(servers)) {
            return Long.MAX_VALUE;
        }
        boolean decided = verdict(servers, now) != Verdict.UNKNOWN && decidedAt != Long.MIN_VALUE;
        long at = decided ? decidedAt + limits.recheck().toNanos() : Long.MIN_VALUE;
        if (dials.size() >= limits.dials()) {
            at = Math.max(at, dials.getFirst() + limits.dialPeriod().toNanos());
        }
        return Math.max(at, pausedUntil);
    }

    /** The moment from which the next unwilling server may be asked again; {@code Long.MAX_VALUE} if there is none. */
    long nextWilling(long now) {
        long next = Long.MAX_VALUE;
        for (long until : unwilling.values()) {
            if (until > now) {
                next = Math.min(next, until);
            }
        }
        return next;
    }

    /** Whether a server has a vote already, which a new one would only replace. */
    boolean hasVoted(Subnet server) {
        return votes.stream().anyMatch(vote -> vote.server.equals(server));
    }

    /** Different servers that have a vote. */
    int voters() {
        Set<Subnet> voters = new HashSet<>();
        votes.forEach(vote -> voters.add(vote.server));
        return voters.size();
    }
}
