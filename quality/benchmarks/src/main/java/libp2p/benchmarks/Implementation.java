package libp2p.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A program under measurement.
 *
 * @param name as it stands in the tables
 * @param program what to start
 * @param environment variables added to its environment
 * @param ours whether it is our node, which prints JSON only on request
 */
record Implementation(String name, Path program, Map<String, String> environment, boolean ours) {
    /** The commands of the contract that our program has under {@code debug}. */
    private static final Set<String> INSTRUMENTS = Set.of("busyping", "connects", "idle", "streams");

    private static final String OPTIONS = "P2P_JAVA_OPTS";

    /** The whole command line. */
    List<String> commandLine(List<String> arguments) {
        List<String> line = new ArrayList<>();
        line.add(program.toString());
        if (ours && INSTRUMENTS.contains(arguments.getFirst())) {
            line.add("debug");
        }
        line.addAll(arguments);
        if (ours) {
            line.add("--json");
        }
        return line;
    }

    /** The same with more options for the Java virtual machine, if it has one. */
    Implementation withJavaOptions(String options) {
        if (!ours) {
            return this;
        }
        Map<String, String> more = new HashMap<>(environment);
        more.merge(OPTIONS, options, (a, b) -> a + " " + b);
        return new Implementation(name, program, more, true);
    }
}
