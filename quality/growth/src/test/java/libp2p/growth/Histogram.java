package libp2p.growth;

import java.lang.management.ManagementFactory;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * The instances and bytes of each class on the live heap of this process, arrays included. What it has counted is kept
 * outside of the heap, so that one histogram is not in the next.
 */
final class Histogram {
    private static final int MOST_BYTES = 2 << 20;
    private static final int MOST_COLLECTIONS = 100;
    /**
     * Room between objects that the collector has not moved, and what the virtual machine makes of code when it first
     * runs it: classes and method handles.
     */
    private static final Pattern ASIDE = Pattern.compile(
            "(\\[L)?(jdk\\.internal\\.vm\\.Filler|java\\.lang\\.Class\\b|java\\.lang\\.invoke\\.).*");

    private static final String CLASSES = "gcClassHistogram";
    private static final String LITERALS = "vmStringtable";
    private static final Pattern LITERAL = Pattern.compile("Number of literals +: +(\\d+) = +(\\d+) bytes");
    private static final String STRING = String.class.getName();
    private static final String BYTES = byte[].class.getName();
    private static final Object[] NO_OPTIONS = {new String[0]};
    private static final String[] SIGNATURE = {String[].class.getName()};

    /** The instances of a class and the bytes of all of them. */
    record Count(long instances, long bytes) {
        static final Count NONE = new Count(0, 0);

        Count plus(Count other) {
            return new Count(instances + other.instances, bytes + other.bytes);
        }

        Count minus(Count other) {
            return new Count(instances - other.instances, bytes - other.bytes);
        }
    }

    private final ByteBuffer text = ByteBuffer.allocateDirect(MOST_BYTES);

    /**
     * Collects all garbage and counts the rest. What cleaners hold has gone too: the reference handler takes what one
     * collection has found after what the collection before has.
     */
    void take() throws JMException {
        ask(CLASSES);
        ReferenceQueue<Object> handled = new ReferenceQueue<>();
        Reference<Object> last = new PhantomReference<>(new Object(), handled);
        int asked = 0;
        do {
            ask(CLASSES);
            if (++asked > MOST_COLLECTIONS) {
                throw new IllegalStateException("the reference handler does not come to the end");
            }
        } while (handled.poll() != last);
        String answer = ask(CLASSES) + ask(LITERALS);
        text.clear().put(answer.getBytes(StandardCharsets.UTF_8)).flip();
    }

    private static String ask(String command) throws JMException {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        ObjectName commands = new ObjectName("com.sun.management:type=DiagnosticCommand");
        return (String) server.invoke(commands, command, NO_OPTIONS, SIGNATURE);
    }

    /**
     * Counts by the name of the class; those of hidden classes, whose names are numbered, by the class that they serve.
     * Literals of the code are left out: the compiler makes those of a method when it compiles it, at any time.
     */
    Map<String, Count> counts() {
        byte[] bytes = new byte[text.remaining()];
        text.get(text.position(), bytes);
        Map<String, Count> counts = new HashMap<>();
        for (String line : new String(bytes, StandardCharsets.UTF_8).split("\n")) {
            String[] cells = line.trim().split("\\s+");
            Matcher literals = LITERAL.matcher(line);
            if (cells.length >= 4 && cells[0].endsWith(":") && !ASIDE.matcher(cells[3]).matches()) {
                Count count = new Count(Long.parseLong(cells[1]), Long.parseLong(cells[2]));
                counts.merge(cells[3].replaceFirst("[/+]?0x.*$", ""), count, Count::plus);
            } else if (literals.find()) {
                long number = Long.parseLong(literals.group(1));
                Count strings = counts.get(STRING);
                long stringBytes = strings.bytes() / strings.instances() * number;
                long otherBytes = Long.parseLong(literals.group(2)) - stringBytes;
                counts.put(STRING, strings.minus(new Count(number, stringBytes)));
                counts.put(BYTES, counts.get(BYTES).minus(new Count(number, otherBytes)));
            }
        }
        return counts;
    }
}
