package libp2p.swarm.connection;

import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import libp2p.core.host.HandlerOptions;
import libp2p.core.host.Registration;
import libp2p.core.host.StreamHandler;
import org.jspecify.annotations.Nullable;

/** The protocols that a host serves. Thread-safe. */
public final class Handlers {
    /** A handler with its options. */
    record Entry(StreamHandler handler, HandlerOptions options) {}

    private final ConcurrentSkipListMap<String, Entry> entries = new ConcurrentSkipListMap<>();
    private final int maximum;
    private final int protocolLength;
    private volatile Runnable changed = () -> {};

    public Handlers(int maximum, int protocolLength) {
        this.maximum = maximum;
        this.protocolLength = protocolLength;
    }

    /** Sets what runs, without locks, after the set of protocols has changed. */
    public void onChange(Runnable action) {
        changed = action;
    }

    /** Serves a protocol; replaces the handler that was there. */
    public Registration put(String protocol, HandlerOptions options, StreamHandler handler) {
        if (protocol.isEmpty() || protocol.length() > protocolLength || protocol.indexOf('\n') >= 0) {
            throw new IllegalArgumentException(
                    "a protocol id has 1 to " + protocolLength + " characters and no newline: " + protocol);
        }
        Entry entry = new Entry(handler, options);
        if (entries.size() >= maximum && !entries.containsKey(protocol)) {
            throw new IllegalStateException("the host serves " + maximum + " protocols already");
        }
        entries.put(protocol, entry);
        changed.run();
        return () -> {
            if (entries.remove(protocol, entry)) {
                changed.run();
            }
        };
    }

    @Nullable
    Entry get(String protocol) {
        return entries.get(protocol);
    }

    /** Every served protocol, sorted. */
    public List<String> protocols() {
        return List.copyOf(entries.keySet());
    }

    /** The protocols that identify lists, sorted. */
    public List<String> announced() {
        return entries.entrySet().stream()
                .filter(entry -> entry.getValue().options().announce())
                .map(java.util.Map.Entry::getKey)
                .toList();
    }

    /** Whether a stream of the protocol is taken on a connection. */
    boolean serves(String protocol, boolean limited) {
        Entry entry = entries.get(protocol);
        return entry != null && (!limited || entry.options().allowLimited());
    }
}
