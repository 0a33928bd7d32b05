package libp2p.core.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A program of the test's class path in a JVM of its own, which is killed in the middle of its work. */
public final class KilledProgram {
    private KilledProgram() {}

    /**
     * Starts a program, kills it once it has printed so many lines, and waits for its end.
     *
     * @param program has a main method, and prints a line for each thing that it has made durable
     * @return all its lines: at least those, and the ones that it had printed beside until it died
     */
    public static List<String> printed(Class<?> program, int lines, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<String> printed = new ArrayList<>();
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line;
            while ((line = output.readLine()) != null) {
                printed.add(line);
                if (printed.size() == lines) {
                    process.toHandle().destroyForcibly(); // unlike the process's own method it leaves the pipe open
                }
            }
        }
        process.waitFor();
        assertThat(printed).as("the program works until it is killed").hasSizeGreaterThanOrEqualTo(lines);
        return printed;
    }
}
