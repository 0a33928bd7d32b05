package libp2p.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The other tests run on the class path; this one starts the program from named modules. */
class ModulePathTest {
    private static final List<String> NEEDED = List.of(
            "libp2p",
            "picocli",
            "acme4j",
            "jose4j",
            "bcprov",
            "bcpkix",
            "bcutil",
            "jspecify",
            "jetty",
            "slf4j-api",
            "logback",
            "h2-mvstore",
            "snakeyaml-engine",
            "micrometer",
            "prometheus",
            "HdrHistogram");

    @Test
    void theProgramStartsFromNamedModules() throws Exception {
        assertThat(fromModules("version", "--verbose")).contains("java-libp2p/").contains("chacha20-poly1305");
    }

    /** Bounds are found by the declarations of modules, and by the files of services on the class path. */
    @Test
    void bothPathsHaveTheSameBounds() throws Exception {
        String bounds = fromModules("limits");
        assertThat(bounds)
                .contains("\nquic.inbound-streams = ", "\nhttp-server.requests = ", "\nrendezvous.registrations = ");
        assertThat(run(List.of("-cp", System.getProperty("java.class.path"), "libp2p.node.P2p"), "limits"))
                .isEqualTo(bounds);
    }

    private static String fromModules(String... words) throws Exception {
        String modulePath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("test-classes") && !entry.contains("-tests.jar"))
                .filter(ModulePathTest::isNeeded)
                .collect(Collectors.joining(File.pathSeparator));
        return run(List.of("--module-path", modulePath, "--module", "libp2p.node/libp2p.node.P2p"), words);
    }

    private static String run(List<String> program, String... words) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=" + (program.contains("-cp") ? "ALL-UNNAMED" : "libp2p.crypto"));
        command.addAll(program);
        command.addAll(List.of(words));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    /** Jars by their names; folders of the reactor by the folder that holds them. */
    private static boolean isNeeded(String entry) {
        Path path = Path.of(entry);
        boolean folder = path.endsWith("classes");
        if (folder) {
            return new File(entry, "module-info.class").exists();
        }
        String name = path.getFileName().toString();
        return NEEDED.stream().anyMatch(name::startsWith) && !name.contains("conformance");
    }
}
