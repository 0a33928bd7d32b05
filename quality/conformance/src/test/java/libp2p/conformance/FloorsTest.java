package libp2p.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import libp2p.core.testing.SourceTree;
import org.junit.jupiter.api.Test;

/** The folders at the top are floors: a module depends on modules of its own floor and of those below. */
class FloorsTest {
    private static final List<String> FLOORS =
            List.of("foundation", "network", "protocols", "content", "kit", "node", "quality");

    private static final Pattern DEPENDENCY = Pattern.compile("<dependency>(.*?)</dependency>", Pattern.DOTALL);
    private static final Pattern ARTIFACT = Pattern.compile("<artifactId>(libp2p[^<]*)</artifactId>");

    /** The tests of the HTTP server show that it carries a gateway, and reads heads as the listener of WebSocket does. */
    private static final Set<String> UPWARD_IN_TESTS =
            Set.of("libp2p-http-jetty -> libp2p-gateway", "libp2p-http-jetty -> libp2p-websocket");

    private static String pom(Path module) throws IOException {
        return Files.readString(module.resolve("pom.xml")).replaceAll("(?s)<parent>.*?</parent>", "");
    }

    private static String artifact(String text) {
        Matcher artifact = ARTIFACT.matcher(text);
        return artifact.find() ? artifact.group(1) : "";
    }

    private static int floor(Path module) {
        return FLOORS.indexOf(SourceTree.root().relativize(module).getName(0).toString());
    }

    @Test
    void dependenciesPointDown() throws IOException {
        Map<String, Integer> floors = new HashMap<>();
        for (Path module : SourceTree.modules()) {
            floors.put(artifact(pom(module)), floor(module));
        }
        assertThat(floors.values()).doesNotContain(-1);
        Set<String> upward = new TreeSet<>();
        Set<String> upwardInTests = new TreeSet<>();
        int seen = 0;
        for (Path module : SourceTree.modules()) {
            String pom = pom(module);
            if (artifact(pom).equals("libp2p-bom")) {
                continue; // it lists versions and depends on nothing
            }
            Matcher dependency = DEPENDENCY.matcher(pom);
            while (dependency.find()) {
                String needed = artifact(dependency.group(1));
                if (floors.containsKey(needed)) {
                    seen++;
                    if (floors.get(needed) > floor(module)) {
                        boolean inTests = dependency.group(1).contains("<scope>test</scope>");
                        (inTests ? upwardInTests : upward).add(artifact(pom) + " -> " + needed);
                    }
                }
            }
        }
        assertThat(seen).isGreaterThan(150);
        assertThat(upward).isEmpty();
        assertThat(upwardInTests).isEqualTo(new TreeSet<>(UPWARD_IN_TESTS));
    }

    @Test
    void thereAreAtMostTenFoldersAtTheTop() throws IOException {
        try (Stream<Path> entries = Files.list(SourceTree.root())) {
            assertThat(entries.filter(Files::isDirectory)
                            .map(folder -> folder.getFileName().toString())
                            .filter(name -> !name.startsWith(".") && !name.equals("target")))
                    .hasSizeLessThanOrEqualTo(10)
                    .containsAll(FLOORS);
        }
    }
}
