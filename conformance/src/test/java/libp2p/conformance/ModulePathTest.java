package libp2p.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The other tests run on the class path; this one starts the program from named modules. */
class ModulePathTest {
    private static final List<String> NEEDED = List.of(
            "libp2p",
            "picocli",
            "bcprov",
            "bcpkix",
            "bcutil",
            "jspecify",
            "jetty",
            "slf4j-api",
            "logback",
            "h2-mvstore",
            "micrometer",
            "prometheus",
            "HdrHistogram");

    @Test
    void theProgramStartsFromNamedModules() throws Exception {
        String modulePath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("test-classes") && !entry.contains("-tests.jar"))
                .filter(ModulePathTest::isNeeded)
                .collect(Collectors.joining(File.pathSeparator));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=libp2p.crypto",
                        "--module-path",
                        modulePath,
                        "--module",
                        "libp2p.node/libp2p.node.P2p",
                        "version",
                        "--verbose")
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).contains("java-libp2p/").contains("chacha20-poly1305");
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
