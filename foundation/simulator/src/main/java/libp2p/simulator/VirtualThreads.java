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
    /** Ways in which a thread waits that gave its carrier up. */
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

    private VirtualThreads() {}

    /** Fails with the name of the flag if the JDK is closed to us. */
    static void requireAccess() {
        try {
            Jdk.load();
        } catch (LinkageError closed) {
            Module module = VirtualThreads.class.getModule();
            String target = module.isNamed() ? module.getName() : "ALL-UNNAMED";
            throw new IllegalStateException(
                    "the simulator needs its own virtual-thread scheduler: start the JVM (25 or later) with"
                            + " --add-opens java.base/java.lang=" + target,
                    closed);
        }
    }

    /** A builder of virtual threads that hand every run of theirs to the executor. */
    static Thread.Builder.OfVirtual builder(Executor scheduler) {
        try {
            return (Thread.Builder.OfVirtual) Jdk.BUILDER.invokeExact(scheduler);
        } catch (Throwable impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** The platform thread under the caller. */
    static Thread currentCarrier() {
        try {
            return (Thread) Jdk.CARRIER.invokeExact();
        } catch (Throwable impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Way in which a virtual thread waits that has just given its carrier up. */
    static Waiting waiting(Thread virtualThread) {
        int state;
        try {
            state = (int) Jdk.STATE.invokeExact(virtualThread);
        } catch (Throwable impossible) {
            throw new IllegalStateException(impossible);
        }
        if (state == Jdk.TIMED_PARKED) {
            return Waiting.TIMED_PARK;
        } else if (state == Jdk.BLOCKED || state == Jdk.UNBLOCKED) {
            return Waiting.MONITOR;
        } else if (state == Jdk.WAIT || state == Jdk.TIMED_WAIT) {
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

    /** The internals of the JDK in use; cannot be loaded where they are closed or differ. */
    private static final class Jdk {
        static final MethodHandle BUILDER;
        static final MethodHandle CARRIER;
        static final MethodHandle STATE;
        static final int TIMED_PARKED;
        static final int BLOCKED;
        static final int UNBLOCKED;
        static final int WAIT;
        static final int TIMED_WAIT;

        static {
            try {
                MethodHandles.Lookup own = MethodHandles.lookup();
                Class<?> builder = Class.forName("java.lang.ThreadBuilders$VirtualThreadBuilder");
                BUILDER = MethodHandles.privateLookupIn(builder, own)
                        .findConstructor(builder, MethodType.methodType(void.class, Executor.class))
                        .asType(MethodType.methodType(Thread.Builder.OfVirtual.class, Executor.class));
                CARRIER = MethodHandles.privateLookupIn(Thread.class, own)
                        .findStatic(Thread.class, "currentCarrierThread", MethodType.methodType(Thread.class));
                Class<?> thread = Class.forName("java.lang.VirtualThread");
                MethodHandles.Lookup inside = MethodHandles.privateLookupIn(thread, own);
                STATE = inside.findVarHandle(thread, "state", int.class)
                        .toMethodHandle(VarHandle.AccessMode.GET_VOLATILE)
                        .asType(MethodType.methodType(int.class, Thread.class));
                TIMED_PARKED = state(inside, "TIMED_PARKED");
                BLOCKED = state(inside, "BLOCKED");
                UNBLOCKED = state(inside, "UNBLOCKED");
                WAIT = state(inside, "WAIT");
                TIMED_WAIT = state(inside, "TIMED_WAIT");
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }

        private Jdk() {}

        private static int state(MethodHandles.Lookup inside, String name) throws ReflectiveOperationException {
            return (int) inside.findStaticVarHandle(inside.lookupClass(), name, int.class)
                    .get();
        }

        static void load() {}
    }
}
