package libp2p.transports.tcp;

import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.identity.PeerId;
import org.jspecify.annotations.Nullable;

/** Peers that are about to dial this host while it dials them; a bounded number, the latest. Thread-safe. */
final class ExpectedPunches {
    private record Expected(InetAddress from, PeerId peer, Deadline until) {}

    private final int most;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Expected> expected = new ArrayDeque<>();

    ExpectedPunches(int most) {
        this.most = most;
    }

    void add(InetAddress from, PeerId peer, Deadline until, Environment environment) {
        lock.lock();
        try {
            expected.removeIf(other -> other.until.passed(environment) || other.from.equals(from));
            if (expected.size() == most) {
                expected.removeFirst();
            }
            expected.addLast(new Expected(from, peer, until));
        } finally {
            lock.unlock();
        }
    }

    /** The peer that is expected from an address now, or null. */
    @Nullable
    PeerId from(@Nullable InetAddress address, Environment environment) {
        lock.lock();
        try {
            for (Expected each : expected) {
                if (each.from.equals(address) && !each.until.passed(environment)) {
                    return each.peer;
                }
            }
            return null;
        } finally {
            lock.unlock();
        }
    }
}
