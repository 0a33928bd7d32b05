package libp2p.simulator;

import java.lang.StackWalker.StackFrame;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The command that runs one failed simulation again. */
final class Replay {
    /** Runs only this seed. */
    static final String SEED = "simulation.seed";
    /** Number of seeds to run, in place of what the test says. */
    static final String SEEDS = "simulation.seeds";

    static final String FIRST = "simulation.first";
    /** Prints every frame to standard error. */
    static final String TRACE = "simulation.trace";

    private static final Pattern LAMBDA = Pattern.compile("lambda\\$(.+)\\$\\d+");

    private Replay() {}

    /** Asks for a printed trace if the system property does. */
    static @Nullable Consumer<String> traceLines() {
        return Boolean.getBoolean(TRACE) ? System.err::println : null;
    }

    /** To be called on the thread of the test. */
    static String command(long seed) {
        StackFrame test = StackWalker.getInstance().walk(frames -> test(frames.toList()));
        if (test == null) {
            return "-D" + SEED + "=" + seed;
        }
        String name = test.getClassName();
        String simple = name.substring(name.lastIndexOf('.') + 1);
        return "./mvnw test" + module() + " -Dtest='" + simple + "#" + method(test)
                + "' -Dsurefire.failIfNoSpecifiedTests=false" + " -D" + SEED + "=" + seed + " -D" + TRACE + "=true";
    }

    /** The outermost frame of the program, below the test framework; null if there is no framework. */
    private static @Nullable StackFrame test(List<StackFrame> frames) {
        StackFrame outermost = null;
        for (StackFrame frame : frames) {
            String name = frame.getClassName();
            if (name.startsWith("org.junit.")) {
                return outermost;
            }
            if (!name.startsWith("java.") && !name.startsWith("jdk.")) {
                outermost = frame;
            }
        }
        return null;
    }

    private static String method(StackFrame frame) {
        Matcher matcher = LAMBDA.matcher(frame.getMethodName());
        return matcher.matches() ? matcher.group(1) : frame.getMethodName();
    }

    /** The module that Surefire runs in, relative to the folder with the Maven wrapper. */
    private static String module() {
        String base = System.getProperty("basedir");
        if (base == null) {
            return "";
        }
        Path module = Path.of(base);
        Path root = module;
        while (root != null && !Files.exists(root.resolve("mvnw"))) {
            root = root.getParent();
        }
        return root == null || root.equals(module) ? "" : " -pl " + root.relativize(module) + " -am";
    }
}
