package libp2p.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import libp2p.core.testing.SourceTree;
import org.junit.jupiter.api.Test;

/** The BOM has the version of every module that is published, and of no other. */
class BomTest {
    private static final Pattern ARTIFACT = Pattern.compile("<artifactId>([^<]+)</artifactId>");
    private static final Set<String> PROGRAM = Set.of("libp2p-bom", "libp2p-node");

    private static String text(Path file) throws IOException {
        return Files.readString(file).replaceAll("(?s)<parent>.*?</parent>", "");
    }

    @Test
    void everyPublishedModuleHasItsVersionInTheBom() throws IOException {
        Set<String> published = new TreeSet<>();
        for (Path module : SourceTree.modules()) {
            String pom = text(module.resolve("pom.xml"));
            Matcher artifact = ARTIFACT.matcher(pom);
            assertThat(artifact.find()).isTrue();
            boolean skipped = pom.contains("<maven.install.skip>true") || module.endsWith("stress");
            if (!skipped && !PROGRAM.contains(artifact.group(1))) {
                published.add(artifact.group(1));
            }
        }
        Set<String> listed = new TreeSet<>();
        String bom = text(SourceTree.module("bom").resolve("pom.xml"));
        Matcher entry = ARTIFACT.matcher(bom.substring(bom.indexOf("<dependencies>")));
        while (entry.find()) {
            listed.add(entry.group(1));
        }
        assertThat(published).hasSizeGreaterThan(15);
        assertThat(listed).isEqualTo(published);
    }
}
