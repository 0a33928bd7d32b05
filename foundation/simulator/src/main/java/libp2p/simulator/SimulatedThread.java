package libp2p.simulator;

import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A virtual thread of the simulation. It is the executor that its virtual thread hands its runs to, so that the
 * scheduler knows whose run it is without looking it up; and it is the event that ends a wait with a deadline.
 */
final class SimulatedThread extends Event implements Executor {
    private final SimulatedScheduler scheduler;
    final long id;
    final String name;
    /** The host that started the thread; null for the threads of the simulation itself. */
    final @Nullable SimulatedEnvironment host;
    /** Runs the thread until it gives its turn up; null until it is started. */
    private @Nullable Runnable turn;
    /** Null until started, and for threads that product code made on its own if the JDK hides them. */
    private @Nullable Thread thread;
    /** Used by {@link PrioritiesQueue}; 0 means not drawn yet. */
    long priority;
    /** Place among the {@link LivingThreads}. */
    int livingIndex;
    /** The event loop whose action it is in the middle of. */
    @Nullable
    SimulatedLoop acting;
    /** Is in the ready queue. */
    boolean ready;
    /** The task has returned. */
    boolean ended;

    SimulatedThread(SimulatedScheduler scheduler, long id, String name, @Nullable SimulatedEnvironment host) {
        this.scheduler = scheduler;
        this.id = id;
        this.name = name;
        this.host = host;
    }

    /** Says which thread this is, and what runs it if that is known already. */
    void bind(@Nullable Thread virtualThread, @Nullable Runnable run) {
        thread = virtualThread;
        turn = run;
    }

    /** The thread, which must be known. */
    Thread thread() {
        Thread known = thread;
        if (known == null) {
            throw new IllegalStateException("the thread '" + name + "' is hidden");
        }
        return known;
    }

    @Nullable
    Thread threadIfKnown() {
        return thread;
    }

    /** Called by the JDK when the thread can go on. */
    @Override
    @SuppressWarnings("ReferenceEquality") // a run is itself
    public void execute(Runnable run) {
        if (turn == null) {
            turn = run;
        }
        if (run == turn) {
            scheduler.ready(this);
        } else {
            scheduler.readyStray(this, run);
        }
    }

    /** Runs until the thread gives its turn up. */
    void takeTurn() {
        Runnable run = turn;
        if (run != null) {
            run.run();
        }
    }

    @Nullable
    Runnable turn() {
        return turn;
    }

    /** The deadline of a wait has come. */
    @Override
    void fire() {
        LockSupport.unpark(thread);
    }

    /** Whether nothing of the thread will run again. */
    boolean isOver() {
        return ended || (host != null && host.isOff());
    }
}
