package libp2p.node.host;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import libp2p.node.nat.EventPrinter;

/** Prints events: one JSON object a line, or text for people. Thread-safe. */
public final class Output implements EventPrinter {
    private final boolean json;
    private final PrintStream out;
    private final ReentrantLock lock = new ReentrantLock();

    /** @param json whether events are printed as JSON */
    public Output(boolean json, PrintStream out) {
        this.json = json;
        this.out = out;
    }

    /**
     * Prints one event.
     *
     * @param human what people read; strangers' words in it may end no line, see {@link Printable#of}
     * @param fields name, value, name, value, …
     */
    @Override
    public void event(String name, String human, Object... fields) {
        event(name, () -> human, fields);
    }

    @Override
    public void event(String name, Supplier<String> human, Object... fields) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("event", name);
        for (int i = 0; i < fields.length; i += 2) {
            object.put((String) fields[i], fields[i + 1]);
        }
        String line = json ? Json.write(object) : Printable.lines(human.get());
        lock.lock();
        try {
            out.println(line);
            out.flush();
        } finally {
            lock.unlock();
        }
    }
}
