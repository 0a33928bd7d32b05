package libp2p.simulator;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The names of a simulated network: A, AAAA and TXT records. */
public final class SimulatedNames {
    private final Map<String, List<InetAddress>> addresses = new HashMap<>();
    private final Map<String, List<String>> texts = new HashMap<>();
    private Duration latency = Duration.ofMillis(20);
    private boolean silent;

    SimulatedNames() {}

    /** Adds A and AAAA records, as literals. */
    public SimulatedNames addresses(String name, String... literals) {
        List<InetAddress> records = addresses.computeIfAbsent(key(name), k -> new ArrayList<>());
        for (String literal : literals) {
            records.add(InetAddress.ofLiteral(literal));
        }
        return this;
    }

    /** Adds TXT records. */
    public SimulatedNames texts(String name, String... records) {
        texts.computeIfAbsent(key(name), k -> new ArrayList<>()).addAll(List.of(records));
        return this;
    }

    /** Forgets all records of a name. */
    public SimulatedNames remove(String name) {
        addresses.remove(key(name));
        texts.remove(key(name));
        return this;
    }

    /** Sets the time that an answer takes; 20 ms unless set. */
    public SimulatedNames latency(Duration answer) {
        latency = answer;
        return this;
    }

    /** Whether to leave every question unanswered. */
    public SimulatedNames silent(boolean noAnswers) {
        silent = noAnswers;
        return this;
    }

    boolean isSilent() {
        return silent;
    }

    long latencyNanos() {
        return latency.toNanos();
    }

    List<InetAddress> addressesOf(String name) {
        return List.copyOf(addresses.getOrDefault(key(name), List.of()));
    }

    List<String> textsOf(String name) {
        return List.copyOf(texts.getOrDefault(key(name), List.of()));
    }

    private static String key(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }
}
