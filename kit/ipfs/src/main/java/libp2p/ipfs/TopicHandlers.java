package libp2p.ipfs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.host.Host;
import libp2p.core.host.Registration;
import libp2p.core.routing.PubSub;

/** The subscriptions of a peer, which outlive its hosts. Thread-safe. */
final class TopicHandlers {
    private static final class Handler {
        final String topic;
        final PubSub.Listener listener;
        Registration registration;

        Handler(String topic, PubSub.Listener listener, Registration registration) {
            this.topic = topic;
            this.listener = listener;
            this.registration = registration;
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Object, Handler> handlers = new LinkedHashMap<>();

    private static PubSub pubsub(Host host) {
        return host.find(PubSub.class).orElseThrow();
    }

    /** Subscribes; the bounds are those of the pubsub. */
    Registration add(Host host, String topic, PubSub.Listener listener) {
        Object key = new Object();
        lock.lock();
        try {
            handlers.put(key, new Handler(topic, listener, pubsub(host).subscribe(topic, listener)));
        } finally {
            lock.unlock();
        }
        return () -> remove(key);
    }

    private void remove(Object key) {
        lock.lock();
        try {
            Handler handler = handlers.remove(key);
            if (handler != null) {
                handler.registration.close();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends the subscriptions of one listener to a topic; of all of them if it is null. */
    void remove(String topic, PubSub.@org.jspecify.annotations.Nullable Listener listener) {
        List<Object> ended = new ArrayList<>();
        lock.lock();
        try {
            handlers.forEach((key, handler) -> {
                if (handler.topic.equals(topic) && (listener == null || handler.listener == listener)) {
                    ended.add(key);
                }
            });
            ended.forEach(this::remove);
        } finally {
            lock.unlock();
        }
    }

    /** Subscribes all of them at another host. */
    void moveTo(Host host) {
        lock.lock();
        try {
            for (Handler handler : handlers.values()) {
                handler.registration = pubsub(host).subscribe(handler.topic, handler.listener);
            }
        } finally {
            lock.unlock();
        }
    }
}
