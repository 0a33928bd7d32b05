package libp2p.swarm.peerstore;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.datastore.Datastore;
import libp2p.core.datastore.Datastore.Change;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import libp2p.core.identity.PeerId;
import org.jspecify.annotations.Nullable;

/**
 * The peers whose entries are to be written to the disk, each once however often it changes, and the thread that writes
 * them. When writing fails they wait for the next attempt; the first failure of a row is logged. Thread-safe.
 */
final class PeerJournal implements Runnable {
    private static final System.Logger LOG = System.getLogger(PeerJournal.class.getName());

    /** The state of a peer as bytes, or null if nothing is known. */
    @FunctionalInterface
    interface Encoder {
        byte @Nullable [] encode(PeerId peer);
    }

    private final Environment environment;
    private final Datastore datastore;
    private final PersistentPeerstore.Options options;
    private final Encoder encoder;
    private final int maximum;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition changed;
    private final TimedCondition written;
    private final SequencedSet<PeerId> dirty = new LinkedHashSet<>();
    private @Nullable IOException failure;
    private long attempts;
    private boolean writing;
    private boolean hurried;
    private boolean closed;
    private boolean ended;

    /** @param maximum peers that may wait to be written; of more, the one that has waited longest is not written */
    PeerJournal(
            Environment environment,
            Datastore datastore,
            PersistentPeerstore.Options options,
            Encoder encoder,
            int maximum) {
        this.environment = environment;
        this.datastore = datastore;
        this.options = options;
        this.encoder = encoder;
        this.maximum = maximum;
        this.changed = new TimedCondition(environment, lock);
        this.written = new TimedCondition(environment, lock);
    }

    /** Notes that the entry of a peer has changed or is gone. */
    void note(PeerId peer) {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            if (dirty.add(peer) && dirty.size() > maximum) {
                dirty.removeFirst();
            }
            if (dirty.size() == 1 || dirty.size() == options.batch()) {
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void run() {
        try {
            List<PeerId> peers;
            while (!(peers = next()).isEmpty()) {
                write(peers);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.lock();
            ended = true;
            written.signalAll();
            lock.unlock();
        }
    }

    /** The entries to write now; waits until there is one, then a moment for more. Empty at the end. */
    private List<PeerId> next() throws InterruptedException {
        lock.lock();
        try {
            while (dirty.isEmpty() && !closed) {
                changed.await(Deadline.NONE);
            }
            Deadline until = Deadline.after(environment, failure == null ? options.delay() : options.retry());
            while (!closed
                    && !hurried
                    && (failure != null || dirty.size() < options.batch())
                    && !until.passed(environment)) {
                changed.await(until);
            }
            if (closed && failure != null) { // it has been tried
                return List.of();
            }
            List<PeerId> peers = new ArrayList<>();
            Iterator<PeerId> iterator = dirty.iterator();
            while (iterator.hasNext() && peers.size() < options.batch()) {
                peers.add(iterator.next());
                iterator.remove();
            }
            writing = !peers.isEmpty();
            return peers;
        } finally {
            lock.unlock();
        }
    }

    private void write(List<PeerId> peers) {
        IOException problem = null;
        try {
            List<Change> changes = new ArrayList<>(peers.size());
            for (PeerId peer : peers) {
                changes.add(new Change(PersistentPeerstore.key(peer), encoder.encode(peer)));
            }
            datastore.write(changes);
        } catch (IOException e) {
            problem = e;
        } catch (RuntimeException e) {
            problem = new IOException("writing peers failed: " + e, e);
        }
        lock.lock();
        try {
            if (problem != null && failure == null) {
                LOG.log(Level.WARNING, "what is known about peers is not being kept: " + problem.getMessage());
            }
            failure = problem;
            attempts++;
            if (problem != null) {
                dirty.addAll(peers);
            }
            hurried &= problem == null && !dirty.isEmpty();
            writing = false;
            written.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until everything noted so far has been written. */
    void flush() throws IOException {
        lock.lock();
        try {
            long before = attempts;
            while ((writing || !dirty.isEmpty()) && !ended) {
                if (failure != null && attempts > before) {
                    throw new IOException(failure.getMessage(), failure);
                }
                hurried = true;
                changed.signal();
                written.await(Deadline.NONE);
            }
            if (failure != null && !dirty.isEmpty()) {
                throw new IOException(failure.getMessage(), failure);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while peers are being written");
        } finally {
            lock.unlock();
        }
    }

    /** Writes what is left, notes nothing more, and waits for the thread to end, also when interrupted. */
    void close() {
        boolean interrupted = false;
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
            while (!ended) {
                try {
                    written.await(Deadline.NONE);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            lock.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
