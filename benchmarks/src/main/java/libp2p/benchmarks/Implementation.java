package libp2p.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A program under measurement.
 *
 * @param name as it stands in the tables
 * @param program what to start
 * @param environment variables added to its environment
 * @param ours whether it is our node, which prints JSON only on request and can warm up before it measures
 */
record Implementation(String name, Path program, Map<String, String> environment, boolean ours) {
    /** The whole command line. */
    List<String> commandLine(List<String> arguments) {
        List<String> line = new ArrayList<>();
        line.add(program.toString());
        line.addAll(arguments);
        if (ours) {
            line.add("--json");
        }
        return line;
    }
}
