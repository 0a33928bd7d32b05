package libp2p.swarm.connection;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import libp2p.core.connection.ErrorCode;
import libp2p.core.muxer.MuxedStream;
import libp2p.core.resource.Crowd;
import libp2p.core.resource.LimitExceededException;
import libp2p.core.resource.StreamScope;

/**
 * The inbound streams of a host by the scope of all peers whose places they take, that of streams in negotiation, of a
 * protocol or of a service, and there by the IP group of their connections. The resource manager bounds them; where a
 * scope has no room, one of a group that has more than the newcomer's would have makes room, so that a stranger with
 * many ids who opens streams and says nothing keeps out its own. Thread-safe.
 */
public final class StreamPlaces {
    /** The scope of all streams whose protocol is not known yet. */
    static final String NEGOTIATING = "transient";

    /** A stream, equal to itself alone. */
    static final class Entry {
        private final String group;
        private final MuxedStream stream;
        private final StreamScope scope;
        /** The scopes in which it has a place. */
        private final List<String> held = new ArrayList<>(2);

        private boolean over;

        Entry(String group, MuxedStream stream, StreamScope scope) {
            this.group = group;
            this.stream = stream;
            this.scope = scope;
        }

        StreamScope scope() {
            return scope;
        }
    }

    /** A charge for a stream. */
    @FunctionalInterface
    interface Charge<T> {
        T take() throws LimitExceededException;
    }

    private final RandomGenerator random;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Crowd<Entry>> scopes = new HashMap<>();

    /** @param random for the choice among the streams of the most crowded group */
    public StreamPlaces(RandomGenerator random) {
        this.random = random;
    }

    static String ofProtocol(String protocol) {
        return "protocol:" + protocol;
    }

    static String ofService(String service) {
        return "service:" + service;
    }

    /** A stream that is not over has a place in a scope, until {@link #end} or {@link #leave}. */
    void begin(String scope, Entry entry) {
        lock.lock();
        try {
            if (!entry.over) {
                scopes.computeIfAbsent(scope, name -> new Crowd<>()).add(entry.group, entry);
                entry.held.add(scope);
            }
        } finally {
            lock.unlock();
        }
    }

    /** A stream leaves a scope; false if it has made room for another. */
    boolean end(String scope, Entry entry) {
        lock.lock();
        try {
            return remove(scope, entry);
        } finally {
            lock.unlock();
        }
    }

    /** A stream is over, and has no place any more. */
    void leave(Entry entry) {
        lock.lock();
        try {
            entry.over = true;
            while (!entry.held.isEmpty()) {
                remove(entry.held.getLast(), entry);
            }
        } finally {
            lock.unlock();
        }
    }

    /** With the lock. */
    private boolean remove(String scope, Entry entry) {
        Crowd<Entry> crowd = scopes.get(scope);
        if (!entry.held.remove(scope) || crowd == null) {
            return false;
        }
        crowd.remove(entry.group, entry);
        if (crowd.isEmpty()) {
            scopes.remove(scope);
        }
        return true;
    }

    /**
     * Charges for a stream of a group, for which another makes room if need be.
     *
     * @throws LimitExceededException if there is no room and none can be made
     */
    <T> T charge(String group, Charge<T> charge) throws LimitExceededException {
        try {
            return charge.take();
        } catch (LimitExceededException full) {
            if (!makeRoom(full.scope(), group)) {
                throw full;
            }
            return charge.take();
        }
    }

    /** Resets one of the most crowded group of a scope, if that has more than the group of the newcomer would have. */
    private boolean makeRoom(String scope, String group) {
        Entry leaving;
        lock.lock();
        try {
            Crowd<Entry> crowd = scopes.get(scope);
            leaving = crowd == null ? null : crowd.leavingIfMoreCrowded(group, random);
            if (leaving == null) {
                return false;
            }
            remove(scope, leaving);
        } finally {
            lock.unlock();
        }
        leaving.scope.close();
        leaving.stream.reset(ErrorCode.STREAM_RESOURCE_LIMIT_EXCEEDED);
        return true;
    }
}
