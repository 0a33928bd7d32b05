package libp2p.kad;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import libp2p.core.concurrent.TaskGroup;
import libp2p.core.connection.HostClosedException;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import libp2p.core.identity.PeerId;
import libp2p.kad.lookup.Contact;
import libp2p.kad.lookup.Lookup;
import libp2p.kad.message.KadMessage;
import libp2p.kad.message.MessageType;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/** Drives lookups: a thread for every request, the state machine on the thread of the caller. Thread-safe. */
final class LookupRunner {
    /** The network as a lookup needs it. */
    interface Network {
        /** Asks one peer; blocks. */
        KadMessage ask(Contact contact, KadMessage request) throws IOException;

        /** Where a peer that has answered is connected from; null if it is not connected any more. */
        @Nullable
        Multiaddr seen(Contact contact);

        /** The peers that an answer names and that may be asked. */
        List<Contact> closer(Contact from, KadMessage answer);
    }

    /** Hears of every answer, on the thread of the lookup. */
    @FunctionalInterface
    interface Visitor {
        /** @return whether the lookup has found enough */
        boolean answered(Contact from, KadMessage answer) throws IOException;
    }

    private record Outcome(Contact from, @Nullable KadMessage answer) {}

    private final Environment environment;
    private final Network network;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<TaskGroup> running = new HashSet<>();
    private boolean closed;

    LookupRunner(Environment environment, Network network) {
        this.environment = environment;
        this.network = network;
    }

    /**
     * Runs a lookup to its end; blocks.
     *
     * @param request to each peer
     * @throws InterruptedIOException if the caller is interrupted
     * @throws HostClosedException if the host closes
     */
    void run(Lookup lookup, Function<Contact, KadMessage> request, int requests, Visitor visitor) throws IOException {
        Run run = new Run(lookup, request, visitor);
        TaskGroup group = begin(requests);
        try (group) {
            run.toEnd(group);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("a lookup was interrupted");
        } finally {
            ended(group);
        }
    }

    /**
     * The peers closest to each of some names, looked up side by side, so that the time of a silent peer is waited for once;
     * blocks.
     *
     * @param lookups makes the lookup of a name
     * @param requests of each lookup
     * @throws InterruptedIOException if the caller is interrupted
     * @throws HostClosedException if the host closes
     */
    List<List<Contact>> closest(List<byte[]> names, Function<byte[], Lookup> lookups, int requests) throws IOException {
        List<Lookup> begun = new ArrayList<>();
        Queue<IOException> failures = new ConcurrentLinkedQueue<>();
        TaskGroup group = begin(names.size());
        try (group) {
            for (byte[] name : names) {
                Lookup lookup = lookups.apply(name);
                KadMessage request = KadMessage.of(MessageType.FIND_NODE, name);
                begun.add(lookup);
                if (!group.fork(() -> runApart(lookup, request, requests, failures))) {
                    throw new HostClosedException();
                }
            }
            group.await(Deadline.NONE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("lookups were interrupted");
        } finally {
            ended(group);
        }
        IOException failure = failures.poll();
        if (failure != null) {
            throw failure;
        }
        return begun.stream().map(Lookup::closest).toList();
    }

    private void runApart(Lookup lookup, KadMessage request, int requests, Queue<IOException> failures) {
        try {
            run(lookup, contact -> request, requests, (from, answer) -> false);
        } catch (IOException e) {
            failures.add(e);
        }
    }

    private TaskGroup begin(int requests) throws HostClosedException {
        lock.lock();
        try {
            if (closed) {
                throw new HostClosedException();
            }
            TaskGroup group = new TaskGroup(environment, "kad-request", requests);
            running.add(group);
            return group;
        } finally {
            lock.unlock();
        }
    }

    /** A group without threads is not at its end, but between two rounds: its lookup takes it away. */
    private void ended(TaskGroup group) {
        lock.lock();
        try {
            running.remove(group);
        } finally {
            lock.unlock();
        }
    }

    /** Ends all lookups; their callers get an exception. */
    void close() {
        lock.lock();
        try {
            closed = true;
            running.forEach(TaskGroup::cancel);
        } finally {
            lock.unlock();
        }
    }

    /** One lookup with the answers that were not looked at yet. */
    private final class Run {
        private final Lookup lookup;
        private final Function<Contact, KadMessage> request;
        private final Visitor visitor;
        private final ReentrantLock inbox = new ReentrantLock();
        private final TimedCondition arrived = new TimedCondition(environment, inbox);
        private final Deque<Outcome> outcomes = new ArrayDeque<>();

        Run(Lookup lookup, Function<Contact, KadMessage> request, Visitor visitor) {
            this.lookup = lookup;
            this.request = request;
            this.visitor = visitor;
        }

        void toEnd(TaskGroup group) throws IOException, InterruptedException {
            List<Contact> next = lookup.start(environment.nanoTime());
            while (!lookup.isDone()) {
                for (Contact contact : next) {
                    if (!group.fork(() -> ask(contact))) {
                        throw new HostClosedException();
                    }
                }
                Outcome outcome = take(new Deadline(lookup.wakeAt()));
                next = outcome == null ? lookup.timePassed(environment.nanoTime()) : handle(outcome);
            }
        }

        private List<Contact> handle(Outcome outcome) throws IOException {
            PeerId peer = outcome.from().id();
            KadMessage answer = outcome.answer();
            if (answer == null) {
                return lookup.failed(peer, environment.nanoTime());
            }
            if (visitor.answered(outcome.from(), answer)) {
                lookup.finish();
                return List.of();
            }
            return lookup.answered(
                    peer, network.seen(outcome.from()), network.closer(outcome.from(), answer), environment.nanoTime());
        }

        private void ask(Contact contact) {
            KadMessage answer = null;
            try {
                answer = network.ask(contact, request.apply(contact));
            } catch (IOException | RuntimeException e) {
                // told as no answer; the network has noted the failure
            }
            inbox.lock();
            try {
                outcomes.add(new Outcome(contact, answer));
                arrived.signal();
            } finally {
                inbox.unlock();
            }
        }

        private @Nullable Outcome take(Deadline deadline) throws InterruptedException {
            inbox.lock();
            try {
                while (outcomes.isEmpty()) {
                    if (!arrived.await(deadline)) {
                        return outcomes.poll();
                    }
                }
                return outcomes.poll();
            } finally {
                inbox.unlock();
            }
        }
    }
}
