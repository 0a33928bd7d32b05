package libp2p.system;

import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryNotificationInfo;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import javax.management.ListenerNotFoundException;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import libp2p.core.environment.MemoryPressure;

/**
 * Watches the pools of the heap in which objects grow old by their collection usage threshold, so that only what a
 * collection could not free counts. The threshold belongs to the whole process: one that other code has set is used
 * and left alone. Nothing is loaded or set before the first watch. Thread-safe.
 */
final class SystemMemoryPressure implements MemoryPressure {
    private static final System.Logger LOG = System.getLogger("libp2p.core.environment");
    private static final double FULL = 0.85;

    /** The one of the process, since there is one heap. */
    static final MemoryPressure SHARED = new SystemMemoryPressure(FULL);

    private final double full;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final NotificationListener dispatcher = this::dispatch;
    private final List<MemoryPoolMXBean> armed = new ArrayList<>();
    private final ReentrantLock lock = new ReentrantLock(); // for arming and disarming

    /** @param full the part of a pool that may be in use after a collection, 0 to 1 */
    SystemMemoryPressure(double full) {
        this.full = full;
    }

    @Override
    public Watch watch(Runnable listener) {
        Runnable own = listener::run; // the same listener may watch twice
        lock.lock();
        try {
            if (listeners.isEmpty()) {
                arm();
            }
            listeners.add(own);
        } finally {
            lock.unlock();
        }
        return () -> end(own);
    }

    private void end(Runnable own) {
        lock.lock();
        try {
            if (listeners.remove(own) && listeners.isEmpty()) {
                disarm();
            }
        } finally {
            lock.unlock();
        }
    }

    private void arm() {
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            // pools in which objects are born have no usage threshold
            boolean old = pool.getType() == MemoryType.HEAP
                    && pool.isUsageThresholdSupported()
                    && pool.isCollectionUsageThresholdSupported();
            long size = old ? pool.getUsage().getMax() : -1;
            if (size > 0 && pool.getCollectionUsageThreshold() == 0) {
                pool.setCollectionUsageThreshold(Math.max(1, (long) (size * full)));
                armed.add(pool);
            }
        }
        emitter().addNotificationListener(dispatcher, null, null);
    }

    private void disarm() {
        try {
            emitter().removeNotificationListener(dispatcher);
        } catch (ListenerNotFoundException gone) {
            LOG.log(Level.DEBUG, "the listener was taken away", gone);
        }
        armed.forEach(pool -> pool.setCollectionUsageThreshold(0));
        armed.clear();
    }

    private static NotificationEmitter emitter() {
        return (NotificationEmitter) ManagementFactory.getMemoryMXBean();
    }

    private void dispatch(Notification notification, Object handback) {
        if (!MemoryNotificationInfo.MEMORY_COLLECTION_THRESHOLD_EXCEEDED.equals(notification.getType())) {
            return;
        }
        for (Runnable listener : listeners) {
            try {
                listener.run();
            } catch (RuntimeException e) {
                LOG.log(Level.WARNING, "a listener of short memory failed", e);
            }
        }
    }
}
