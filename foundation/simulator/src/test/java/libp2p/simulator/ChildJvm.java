package libp2p.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Starts a test program in a JVM of its own. */
final class ChildJvm {
    private static final String CLASS_PATH = System.getProperty("java.class.path");

    private final List<String> command = new ArrayList<>();

    private ChildJvm() {
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    }

    static ChildJvm with(String... options) {
        return new ChildJvm().and(options);
    }

    ChildJvm and(String... options) {
        command.addAll(List.of(options));
        return this;
    }

    ChildJvm classPath() {
        return and("-cp", CLASS_PATH);
    }

    /** Runs the modules as modules, with the tests patched in. */
    ChildJvm modulePath() {
        List<String> modules = new ArrayList<>();
        String tests = "";
        for (String entry : CLASS_PATH.split(File.pathSeparator)) {
            if (entry.endsWith("test-classes")) {
                tests = entry;
            } else {
                modules.add(entry);
            }
        }
        return and("--module-path", String.join(File.pathSeparator, modules))
                .and("--patch-module", "libp2p.simulator=" + tests);
    }

    /** Runs to the end, expects the exit code, and returns what was printed. */
    String run(int exitCode, String... arguments) throws Exception {
        command.addAll(Arrays.asList(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isEqualTo(exitCode);
        return output.strip();
    }
}
