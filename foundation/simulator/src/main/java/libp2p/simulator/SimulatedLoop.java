package libp2p.simulator;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * An event loop of a simulated host: one thread that serves the sockets that are ready, those of one pass in an order
 * that the seed picks, and then those that asked for another turn. An action on it must not wait: if it parks, or holds
 * out for a lock whose owner waits, the run fails and names it. The thread ends when the loop has no socket left.
 */
final class SimulatedLoop {
    private final SimulatedScheduler scheduler;
    private final SimulatedEnvironment host;
    private final String name;
    private final SeededRandom random;
    private final List<SocketEvents> ready = new ArrayList<>();
    private final ArrayDeque<SocketEvents> postponed = new ArrayDeque<>(1);
    private final ArrayDeque<Thread> putOff = new ArrayDeque<>(2);
    private int sockets;
    private @Nullable SimulatedThread thread;

    SimulatedLoop(SimulatedScheduler scheduler, SimulatedEnvironment host, String name, SeededRandom random) {
        this.scheduler = scheduler;
        this.host = host;
        this.name = name;
        this.random = random;
    }

    /** Serves one more socket. */
    void add() {
        sockets++;
        if (thread == null) {
            thread = scheduler.start(name, host, this::run);
        }
    }

    /** The socket was served for the last time. */
    void remove() {
        sockets--;
    }

    /** The socket is to be served in the next pass. */
    void ready(SocketEvents socket) {
        ready.add(socket);
        SimulatedThread running = thread;
        if (running != null) {
            LockSupport.unpark(running.threadIfKnown());
        }
    }

    /** The socket wants another turn when all that are ready have had theirs. Called by this loop. */
    void postpone(SocketEvents socket) {
        postponed.addLast(socket);
    }

    /** Whether the calling thread is that of this loop. */
    boolean isCurrent() {
        return scheduler.actingLoop() == this;
    }

    /** Wakes a thread when all that the last read has brought is delivered, as the real loops do. */
    void putOff(Thread parked) {
        putOff.addLast(parked);
    }

    /** Wakes those that were put off. */
    void wakeAll() {
        Thread parked;
        while ((parked = putOff.pollFirst()) != null) {
            LockSupport.unpark(parked);
        }
    }

    private void run() {
        while (sockets > 0) {
            if (ready.isEmpty() && postponed.isEmpty()) {
                scheduler.park(this, Long.MAX_VALUE);
            } else {
                pass();
            }
        }
        thread = null;
    }

    private void pass() {
        List<SocketEvents> turn = new ArrayList<>(ready);
        ready.clear();
        while (!turn.isEmpty()) {
            SocketEvents last = turn.removeLast();
            int index = random.nextInt(turn.size() + 1);
            serve(index == turn.size() ? last : turn.set(index, last));
        }
        for (int left = postponed.size(); left > 0; left--) {
            serve(postponed.removeFirst());
        }
    }

    private void serve(SocketEvents socket) {
        scheduler.schedulePoint();
        scheduler.beginAction(this);
        try {
            socket.serve();
        } catch (RuntimeException | Error e) {
            scheduler.actionFailed(e);
        } finally {
            wakeAll();
            scheduler.endAction();
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
