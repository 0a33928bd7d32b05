package libp2p.swarm.connmgr;

import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ErrorCode;
import libp2p.core.environment.Deadline;
import libp2p.core.host.Host;
import libp2p.core.resource.Direction;
import libp2p.core.resource.ResourceReport.Amount;
import libp2p.core.resource.ResourceReport.Scope;
import libp2p.multiformats.multiaddr.Subnet;
import org.jspecify.annotations.Nullable;

/**
 * Closes connections when nearly all of the memory or of the inbound streams that the resource manager grants to all is
 * in use, until a quarter is free. Else those that came first would hold everything for as long as they like. While an
 * IP group holds much, the connection that holds most of the group that does makes room. Where none holds much, those that
 * are worth least do: else strangers of many networks that hold a little less than an ordinary peer would push out all
 * ordinary peers. Thread-safe.
 */
final class ScarcityRelief {
    private static final System.Logger LOG = System.getLogger(ScarcityRelief.class.getName());
    private static final int FREED_PART = 4;

    /** A group holds much if it holds more than such a part of the limit: several ordinary peers hold less together. */
    private static final int MUCH_PART = 32;

    private record Held(TrimCandidate candidate, Object group, long amount) {
        static final Comparator<Held> MOST = Comparator.comparingLong(Held::amount)
                .thenComparing(held -> held.candidate.connection().id());

        static final Comparator<Held> LEAST_WORTH =
                Comparator.comparing(Held::candidate, TrimCandidate.VALUE).thenComparing(MOST.reversed());
    }

    private final Host host;
    private final TagBook tags;
    private final TrimmingLimits options;
    private final ReentrantLock lock = new ReentrantLock();
    private long quietUntil = Long.MIN_VALUE;
    private boolean closed;

    ScarcityRelief(Host host, TagBook tags, TrimmingLimits options) {
        this.host = host;
        this.tags = tags;
        this.options = options;
    }

    /** Relieves the host, if it has not just been done. Does not block. */
    void scarce() {
        lock.lock();
        try {
            if (closed || options.relief() == 0 || host.environment().nanoTime() < quietUntil) {
                return;
            }
            quietUntil =
                    Deadline.after(host.environment(), options.reliefPause()).nanos();
        } finally {
            lock.unlock();
        }
        host.environment().start("scarcity relief", this::relieve);
    }

    private void relieve() {
        for (Scope scope : host.resourceManager().report().scopes()) {
            if (scope.kind().equals("system")) {
                relieve("memory", scope.resources().get("memory"), true);
                relieve("inbound streams", scope.resources().get("streamsInbound"), false);
            }
        }
    }

    private void relieve(String what, @Nullable Amount amount, boolean memory) {
        if (amount == null || amount.used() <= amount.limit() - amount.limit() / WaterMarks.FREE_PART) {
            return;
        }
        long excess = amount.used() - (amount.limit() - amount.limit() / FREED_PART);
        List<Connection> connections = host.connections();
        for (Connection connection : connections) {
            if (!connection.isOpen()) {
                excess -= held(connection, memory); // it is about to leave
            }
        }
        List<Held> candidates = new ArrayList<>();
        Map<Object, Long> groups = new HashMap<>();
        for (TrimCandidate one : Ranking.of(connections, tags, Math.min(options.low(), connections.size()))) {
            long held = held(one.connection(), memory);
            if (held > 0) {
                Held candidate = new Held(one, group(one.connection()), held);
                candidates.add(candidate);
                groups.merge(candidate.group(), held, Long::sum);
            }
        }
        int count = 0;
        while (excess > 0 && !candidates.isEmpty()) {
            Held next = next(candidates, groups, amount.limit() / MUCH_PART);
            candidates.remove(next);
            groups.merge(next.group(), -next.amount(), Long::sum);
            excess -= next.amount();
            count++;
            close(next.candidate().connection());
        }
        int closing = count;
        LOG.log(Level.WARNING, () -> "nearly all " + what + " are in use: closing " + closing + " connections");
    }

    private static Held next(List<Held> candidates, Map<Object, Long> groups, long much) {
        Held most = candidates.stream()
                .max(Comparator.<Held>comparingLong(held -> groups.getOrDefault(held.group(), 0L))
                        .thenComparing(Held.MOST))
                .orElseThrow();
        return groups.getOrDefault(most.group(), 0L) > much ? most : Collections.min(candidates, Held.LEAST_WORTH);
    }

    private static long held(Connection connection, boolean memory) {
        return memory ? connection.scope().usage().memory() : inboundStreams(connection);
    }

    /** Those that the peer has opened: the others are taken from none, and a stranger has no say in their number. */
    private static long inboundStreams(Connection connection) {
        return connection.streams().stream()
                .filter(stream -> stream.direction() == Direction.INBOUND)
                .count();
    }

    private void close(Connection connection) {
        host.environment()
                .start(
                        "trim-" + connection.id(),
                        () -> connection.close(
                                ErrorCode.CONNECTION_RESOURCE_LIMIT_EXCEEDED, "the host needs what this one holds"));
    }

    private static Object group(Connection connection) {
        InetAddress ip = connection.remoteAddress().ip();
        Subnet group = ip == null || connection.isLimited() ? null : Subnet.group(ip);
        return group == null ? connection.remotePeer() : group;
    }

    /** Relieves no more; idempotent. */
    void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
    }
}
