package libp2p.simulator;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The threads of a simulation that have not ended. The identity map is only asked, never walked through. */
final class LivingThreads {
    private final SimulatedScheduler scheduler;
    private final List<SimulatedThread> threads = new ArrayList<>();
    /** Threads that product code made itself, by what runs them. */
    private final IdentityHashMap<Runnable, SimulatedThread> strays = new IdentityHashMap<>();

    private long nextId;

    LivingThreads(SimulatedScheduler scheduler) {
        this.scheduler = scheduler;
    }

    SimulatedThread add(String name, @Nullable SimulatedEnvironment host) {
        SimulatedThread thread = new SimulatedThread(scheduler, nextId++, name, host);
        thread.livingIndex = threads.size();
        threads.add(thread);
        return thread;
    }

    /** The thread behind a run that is not its parent's; it may be new. */
    SimulatedThread stray(SimulatedThread parent, Runnable run) {
        SimulatedThread stray = strays.get(run);
        if (stray == null) {
            stray = add("started by " + parent.name, parent.host);
            stray.bind(VirtualThreads.threadOf(run), run);
            strays.put(run, stray);
        }
        return stray;
    }

    void remove(SimulatedThread thread) {
        SimulatedThread last = threads.removeLast();
        if (last != thread) {
            last.livingIndex = thread.livingIndex;
            threads.set(thread.livingIndex, last);
        }
        if (!strays.isEmpty()) {
            strays.remove(thread.turn());
        }
    }

    /** Those that may run again, in the order of their start. */
    List<SimulatedThread> inOrder() {
        return threads.stream()
                .filter(thread -> !thread.isOver())
                .sorted((a, b) -> Long.compare(a.id, b.id))
                .toList();
    }
}
