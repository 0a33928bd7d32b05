package libp2p.simulator;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.lang.reflect.Field;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The one class that reaches into the JDK: it makes virtual threads that run on an executor of ours and looks at how
 * they wait. Everything it needs is in {@code java.lang}, which must be opened to this module.
 */
final class VirtualThreads {
    /** How a thread that gave its carrier up does wait. */
    enum Waiting {
        /** Ready, parked without a time limit, or ended: the scheduler knows about it. */
        PROPERLY("is fine"),
        TIMED_PARK("waits on the real clock (parkNanos, sleep, a timed await, poll, tryLock or join)"),
        MONITOR("waits for a monitor (synchronized) whose owner gave its turn up"),
        OBJECT_WAIT("waits in Object.wait");

        final String words;

        Waiting(String words) {
            this.words = words;
        }
    }

    private static final @Nullable Throwable MISSING;
    private static final MethodHandle BUILDER;
    private static final MethodHandle CARRIER;
    private static final MethodHandle STATE;
    private static final int TIMED_PARKED;
    private static final int BLOCKED;
    private static final int UNBLOCKED;
    private static final int WAIT;
    private static final int TIMED_WAIT;

    static {
        Throwable missing = null;
        MethodHandle builder = null;
        MethodHandle carrier = null;
        MethodHandle state = null;
        int[] states = new int[5];
        try {
            MethodHandles.Lookup own = MethodHandles.lookup();
            Class<?> builderClass = Class.forName("java.lang.ThreadBuilders$VirtualThreadBuilder");
            builder = MethodHandles.privateLookupIn(builderClass, own)
                    .findConstructor(builderClass, MethodType.methodType(void.class, Executor.class))
                    .asType(MethodType.methodType(Thread.Builder.OfVirtual.class, Executor.class));
            carrier = MethodHandles.privateLookupIn(Thread.class, own)
                    .findStatic(Thread.class, "currentCarrierThread", MethodType.methodType(Thread.class));
            Class<?> threadClass = Class.forName("java.lang.VirtualThread");
            MethodHandles.Lookup inside = MethodHandles.privateLookupIn(threadClass, own);
            state = inside.findVarHandle(threadClass, "state", int.class)
                    .toMethodHandle(VarHandle.AccessMode.GET_VOLATILE)
                    .asType(MethodType.methodType(int.class, Thread.class));
            String[] names = {"TIMED_PARKED", "BLOCKED", "UNBLOCKED", "WAIT", "TIMED_WAIT"};
            for (int i = 0; i < names.length; i++) {
                states[i] = (int) inside.findStaticVarHandle(threadClass, names[i], int.class)
                        .get();
            }
        } catch (ReflectiveOperationException | RuntimeException e) {
            missing = e;
        }
        MISSING = missing;
        BUILDER = builder;
        CARRIER = carrier;
        STATE = state;
        TIMED_PARKED = states[0];
        BLOCKED = states[1];
        UNBLOCKED = states[2];
        WAIT = states[3];
        TIMED_WAIT = states[4];
    }

    private VirtualThreads() {}

    /** Fails with the name of the flag if the JDK is closed to us. */
    static void requireAccess() {
        if (MISSING != null) {
            Module module = VirtualThreads.class.getModule();
            String target = module.isNamed() ? module.getName() : "ALL-UNNAMED";
            throw new IllegalStateException(
                    "the simulator needs its own virtual-thread scheduler: start the JVM (25 or later) with"
                            + " --add-opens java.base/java.lang=" + target,
                    MISSING);
        }
    }

    /** A builder of virtual threads that hand every run of theirs to the executor. */
    static Thread.Builder.OfVirtual builder(Executor scheduler) {
        try {
            return (Thread.Builder.OfVirtual) BUILDER.invokeExact(scheduler);
        } catch (Throwable impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** The platform thread under the caller. */
    static Thread currentCarrier() {
        try {
            return (Thread) CARRIER.invokeExact();
        } catch (Throwable impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** How a virtual thread waits that has just given its carrier up. */
    static Waiting waiting(Thread virtualThread) {
        int state;
        try {
            state = (int) STATE.invokeExact(virtualThread);
        } catch (Throwable impossible) {
            throw new IllegalStateException(impossible);
        }
        if (state == TIMED_PARKED) {
            return Waiting.TIMED_PARK;
        } else if (state == BLOCKED || state == UNBLOCKED) {
            return Waiting.MONITOR;
        } else if (state == WAIT || state == TIMED_WAIT) {
            return Waiting.OBJECT_WAIT;
        }
        return Waiting.PROPERLY;
    }

    /** The virtual thread behind a run that was handed to an executor, if it can be told. */
    static @Nullable Thread threadOf(Runnable run) {
        for (Field field : run.getClass().getDeclaredFields()) {
            try {
                field.setAccessible(true);
                if (field.get(run) instanceof Thread thread) {
                    return thread;
                }
            } catch (ReflectiveOperationException | RuntimeException hidden) {
                return null;
            }
        }
        return null;
    }
}
