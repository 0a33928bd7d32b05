package libp2p.simulator;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;

/** One external port of a router, the endpoint inside that it stands for, and with whom that has spoken. */
final class NatEntry {
    private static final int PRUNE_ABOVE = 32;

    final Transport transport;
    final InetSocketAddress local;
    final int port;
    /** When a mapping ends that was asked for. */
    private long forwardedUntil = Long.MIN_VALUE;

    private final Map<InetSocketAddress, NatSession> sessions = new HashMap<>(2);
    private boolean removed;

    NatEntry(Transport transport, InetSocketAddress local, int port) {
        this.transport = transport;
        this.local = local;
        this.port = port;
    }

    /** Lets all hosts in from now on, until some time. */
    void forward(long until) {
        forwardedUntil = until;
    }

    /** Lets in only whom traffic makes it let in. */
    void stopForwarding() {
        forwardedUntil = Long.MIN_VALUE;
    }

    /** Whether it lets all hosts in, as it was asked for. */
    boolean isForwarded(long now) {
        return forwardedUntil >= now;
    }

    boolean isExpired(NatLifetimes lifetimes, long now) {
        return removed
                || !isForwarded(now)
                        && sessions.values().stream().allMatch(session -> session.isExpired(lifetimes, transport, now));
    }

    /** The router has forgotten it. */
    void remove() {
        removed = true;
    }

    /** The conversation with a remote endpoint, begun if there is none. */
    NatSession session(InetSocketAddress remote, NatLifetimes lifetimes, long now) {
        NatSession session = sessions.get(remote);
        if (session == null || session.isExpired(lifetimes, transport, now)) {
            if (sessions.size() >= PRUNE_ABOVE) {
                sessions.values().removeIf(old -> old.isExpired(lifetimes, transport, now));
            }
            session = new NatSession(now);
            sessions.put(remote, session);
        }
        return session;
    }

    /** Whether a conversation may go on. */
    boolean isLive(NatSession session, NatLifetimes lifetimes, long now) {
        return !removed && !session.isExpired(lifetimes, transport, now);
    }

    boolean hasSpokenWith(InetSocketAddress remote, NatLifetimes lifetimes, long now) {
        NatSession session = sessions.get(remote);
        return session != null && !session.isExpired(lifetimes, transport, now);
    }

    boolean hasSpokenWith(InetAddress remote, NatLifetimes lifetimes, long now) {
        return sessions.entrySet().stream()
                .anyMatch(each -> each.getKey().getAddress().equals(remote)
                        && !each.getValue().isExpired(lifetimes, transport, now));
    }
}
