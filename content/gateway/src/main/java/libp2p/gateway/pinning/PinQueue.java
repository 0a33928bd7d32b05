package libp2p.gateway.pinning;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.blocks.Pins;
import libp2p.core.datastore.Datastore;
import libp2p.core.environment.Environment;
import libp2p.core.environment.Timer;
import libp2p.core.resource.LimitExceededException;
import libp2p.delegated.pinning.PinRequest;
import libp2p.delegated.pinning.PinStatus;
import libp2p.delegated.pinning.PinningLimits;
import libp2p.ipld.codec.PlainJson;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;
import org.jspecify.annotations.Nullable;

/**
 * The requests of others, kept in a datastore and done a few at a time. Open requests go on after a restart. Each
 * request is an owner of its pin of its own, so that its removal takes nothing from the owner of the store and from other
 * requests. Thread-safe.
 */
public final class PinQueue implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(PinQueue.class.getName());
    private static final String REQUEST = "pinning/";
    private static final byte[] PREFIX = REQUEST.getBytes(UTF_8);
    /** Of marks that former versions made, and that are needed no more. */
    private static final byte[] MARKS = "pinned/".getBytes(UTF_8);

    /**
     * Of requests that were removed and whose pins are perhaps still there; the value is the root, and behind a space the
     * request in whose favour the pin stays, if there is one.
     */
    private static final String REMOVED = "unpinned/";

    private static final int ID_BYTES = 16;

    /** Fetches everything below a root and pins it. */
    @FunctionalInterface
    public interface Pinning {
        /**
         * Blocks until it is pinned.
         *
         * @param owner of the pin, see {@link Pins#add(Cid, Pins.Kind, String, libp2p.ipld.BlockSource)}
         */
        void pin(PinRequest request, String owner) throws IOException;
    }

    /** A removed request whose pin is there, and its root. */
    private record Former(String id, String cid) {}

    private final Environment environment;
    private final Datastore datastore;
    private final Pins pins;
    private final Pinning pinning;
    private final PinningLimits limits;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, PinStatus> requests = new LinkedHashMap<>();
    private final Deque<String> waiting = new ArrayDeque<>();
    private final Set<String> begun = new HashSet<>();
    /** By the request that replaces it: its pin stays until that one is done, or removed. At most one for each request. */
    private final Map<String, Former> replaced = new HashMap<>();

    private int running;
    /** Begins the requests again that a failure of the disk has left waiting. */
    private @Nullable Timer retry;

    private Instant last = Instant.EPOCH;
    private boolean closed;

    /**
     * Opens the requests of a datastore, and goes on with those that are not done.
     *
     * @param datastore where the keys that begin with {@code pinning/}, {@code unpinned/} and {@code pinned/} are free; of
     *     this queue alone, also where several nodes share their pins
     */
    public static PinQueue open(
            Environment environment, Datastore datastore, Pins pins, Pinning pinning, PinningLimits limits)
            throws IOException {
        PinQueue queue = new PinQueue(environment, datastore, pins, pinning, limits);
        queue.load();
        return queue;
    }

    private PinQueue(Environment environment, Datastore datastore, Pins pins, Pinning pinning, PinningLimits limits) {
        this.environment = environment;
        this.datastore = datastore;
        this.pins = pins;
        this.pinning = pinning;
        this.limits = limits;
    }

    private void load() throws IOException {
        List<PinStatus> found = new ArrayList<>();
        try (Datastore.Entries entries = datastore.scan(PREFIX)) {
            for (Datastore.Entry entry = entries.next();
                    entry != null && found.size() < limits.requests();
                    entry = entries.next()) {
                try {
                    found.add(PinStatus.read(PlainJson.decode(entry.value()), limits));
                } catch (MalformedException e) {
                    LOG.log(System.Logger.Level.WARNING, "a request that cannot be read: " + e.getMessage());
                }
            }
        }
        found.sort(Comparator.comparing(PinStatus::created));
        lock.lock();
        try {
            for (PinStatus status : found) {
                boolean done = isDone(status);
                requests.put(status.id(), done ? status : status.with(PinStatus.State.QUEUED, ""));
                last = status.created();
                if (!done) {
                    waiting.add(status.id());
                }
            }
            removePinsOfRemovedRequests();
            work();
        } finally {
            lock.unlock();
        }
    }

    /** Whether nothing is left to do: pins that former versions made have no owner but that of the store. */
    private boolean isDone(PinStatus status) throws IOException {
        return status.state() == PinStatus.State.FAILED
                || status.state() == PinStatus.State.PINNED
                        && pins.has(status.request().cid(), owner(status.id()));
    }

    /**
     * A process may end between the removal of a request and that of its pin. A pin whose request is not here stays: it
     * may be of the queue of another node, or the request was lost.
     */
    private void removePinsOfRemovedRequests() throws IOException {
        List<Datastore.Entry> removed = new ArrayList<>();
        try (Datastore.Entries entries = datastore.scan(REMOVED.getBytes(UTF_8))) {
            for (Datastore.Entry entry = entries.next(); entry != null; entry = entries.next()) {
                removed.add(entry);
            }
        }
        for (Datastore.Entry entry : removed) {
            String[] value = new String(entry.value(), UTF_8).split(" ", 2);
            Former former = new Former(new String(entry.key(), UTF_8).substring(REMOVED.length()), value[0]);
            PinStatus next = value.length == 1 ? null : requests.get(value[1]);
            if (next == null || next.state() == PinStatus.State.PINNED) {
                removePin(former.id(), former.cid());
            } else {
                replaced.put(next.id(), former);
            }
        }
        removeMarks();
    }

    private void removePin(String id, String cid) throws IOException {
        pins.remove(Cid.parse(cid), owner(id));
        datastore.delete(removed(id));
    }

    private static byte[] removed(String id) {
        return (REMOVED + id).getBytes(UTF_8);
    }

    /** The mark of a removed request; its pin stays as long as another one replaces it. */
    private static Datastore.Change mark(Former former, @Nullable String successor) {
        String value = successor == null ? former.cid() : former.cid() + " " + successor;
        return new Datastore.Change(removed(former.id()), value.getBytes(UTF_8));
    }

    private void removeMarks() throws IOException {
        List<Datastore.Change> marks = new ArrayList<>();
        try (Datastore.Entries entries = datastore.scan(Datastore.Scan.keys(MARKS))) {
            for (Datastore.Entry entry = entries.next();
                    entry != null && marks.size() < limits.requests();
                    entry = entries.next()) {
                marks.add(new Datastore.Change(entry.key(), null));
            }
        }
        if (!marks.isEmpty()) {
            datastore.write(marks);
        }
    }

    /**
     * Takes a request.
     *
     * @throws LimitExceededException if there are as many as there may be
     */
    public PinStatus add(PinRequest request) throws IOException {
        byte[] random = new byte[ID_BYTES];
        environment.secureRandom(random);
        lock.lock();
        try {
            if (requests.size() >= limits.requests()) {
                throw new LimitExceededException(
                        "pinning",
                        "requests",
                        requests.size() + 1L,
                        limits.requests(),
                        LimitExceededException.Side.LOCAL);
            }
            Instant now = environment.wallClock().truncatedTo(ChronoUnit.MILLIS);
            last = now.isAfter(last) ? now : last.plusMillis(1);
            PinStatus status = new PinStatus(
                    HexFormat.of().formatHex(random), PinStatus.State.QUEUED, last, request, List.of(), "");
            keep(status);
            waiting.add(status.id());
            work();
            return status;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes a request in place of another, whose pin stays until the new one is made: a collection in between would remove
     * what both have. Null if there is no such other.
     */
    public @Nullable PinStatus replace(String id, PinRequest request) throws IOException {
        lock.lock();
        try {
            if (!requests.containsKey(id)) {
                return null;
            }
            PinStatus added = add(request);
            remove(id, added.id());
            return added;
        } finally {
            lock.unlock();
        }
    }

    /** A request, or null. */
    public @Nullable PinStatus get(String id) {
        lock.lock();
        try {
            return requests.get(id);
        } finally {
            lock.unlock();
        }
    }

    /** All requests, the latest first. */
    public List<PinStatus> list() {
        lock.lock();
        try {
            return new ArrayList<>(requests.values()).reversed();
        } finally {
            lock.unlock();
        }
    }

    /** Removes a request, and its pin as far as it is this request that wants it; false if there is no such request. */
    public boolean remove(String id) throws IOException {
        return remove(id, null);
    }

    private boolean remove(String id, @Nullable String successor) throws IOException {
        lock.lock();
        try {
            PinStatus gone = requests.get(id);
            if (gone == null) {
                return false;
            }
            boolean pinned = gone.state() == PinStatus.State.PINNED;
            Former own = new Former(id, gone.request().cid().toString());
            Former before = pinned ? own : replaced.get(id);
            List<Datastore.Change> changes = new ArrayList<>(List.of(new Datastore.Change(key(id), null)));
            changes.add(mark(own, pinned ? successor : null));
            if (before != null && !pinned) {
                changes.add(mark(before, successor));
            }
            datastore.write(changes);
            requests.remove(id);
            waiting.remove(id);
            replaced.remove(id);
            if (before != null && successor != null) {
                replaced.put(successor, before);
            } else if (before != null) {
                removePin(before.id(), before.cid());
            }
            if (!pinned && !begun.contains(id)) { // or its pin may be made yet
                removePin(id, own.cid());
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void keep(PinStatus status) throws IOException {
        datastore.put(key(status.id()), PlainJson.text(status.json()).getBytes(UTF_8));
        requests.put(status.id(), status);
    }

    private static byte[] key(String id) {
        return owner(id).getBytes(UTF_8);
    }

    /** The owner of the pin of a request. */
    private static String owner(String id) {
        return REQUEST + id;
    }

    /** With the lock: begins what may begin. */
    private void work() {
        for (int begun = 0; !closed && running < limits.atOnce() && begun < waiting.size(); begun++) {
            running++;
            environment.start("pinning", this::run);
        }
    }

    private @Nullable PinStatus next() throws IOException {
        lock.lock();
        try {
            String id = closed ? null : waiting.poll();
            PinStatus status = id == null ? null : requests.get(id);
            if (id == null || status == null) {
                running--;
                return null;
            }
            try {
                PinStatus job = status.with(PinStatus.State.PINNING, "");
                keep(job);
                begun.add(id);
                return job;
            } catch (IOException e) {
                waiting.addFirst(id);
                throw e;
            }
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            for (PinStatus job = next(); job != null; job = next()) {
                PinStatus.State state = PinStatus.State.PINNED;
                String why = "";
                try {
                    pinning.pin(job.request(), owner(job.id()));
                } catch (IOException | RuntimeException | Error e) { // an error must not take the place of a request
                    state = PinStatus.State.FAILED;
                    why = e instanceof IOException ? String.valueOf(e.getMessage()) : e.toString();
                }
                ended(job, state, why);
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "requests to pin wait, they cannot be noted: " + e.getMessage());
            lock.lock();
            try {
                running--;
                if (!closed && retry == null) {
                    retry = environment.schedule(limits.retry().toNanos(), this::again);
                }
            } finally {
                lock.unlock();
            }
        }
    }

    private void again() {
        lock.lock();
        try {
            retry = null;
            work();
        } finally {
            lock.unlock();
        }
    }

    private void ended(PinStatus status, PinStatus.State state, String why) throws IOException {
        lock.lock();
        try {
            begun.remove(status.id());
            if (closed) {
                return; // begins anew after a restart
            }
            if (requests.containsKey(status.id())) {
                try {
                    keep(status.with(state, why));
                } catch (IOException e) {
                    waiting.addFirst(status.id()); // once more, when it can be noted
                    throw e;
                }
                Former former = state == PinStatus.State.PINNED ? replaced.remove(status.id()) : null;
                if (former != null) {
                    removePin(former.id(), former.cid());
                }
            } else { // removed while it was under way
                removePin(status.id(), status.request().cid().toString());
            }
        } finally {
            lock.unlock();
        }
    }

    /** Begins nothing more; what is under way ends with its sources. The datastore stays open. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            if (retry != null) {
                retry.cancel();
            }
        } finally {
            lock.unlock();
        }
    }
}
