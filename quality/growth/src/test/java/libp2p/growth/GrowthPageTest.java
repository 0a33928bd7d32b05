package libp2p.growth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import libp2p.core.testing.SourceTree;
import org.junit.jupiter.api.Test;

/** The page of the drivers is made of what they declare. */
class GrowthPageTest {
    private static final Path PAGE = SourceTree.root().resolve("docs/results/growth.md");

    private static String page() {
        StringBuilder page = new StringBuilder("""
                # What grows

                Written by `quality/growth/run`: drivers of hostile peers, and the bounds of classes that may grow with their operations.
                [GrowthRun](../../quality/growth/src/test/java/libp2p/growth/GrowthRun.java) says what is counted, and by how much a class without a bound may differ.
                A limit in the third column is set so low that what it bounds is full before the first count, as are %s for every victim.

                | Driver | Covers | Limits that are low | Bounds |
                |---|---|---|---|
                """.formatted(names(Scene.EVERY_VICTIM)));
        for (HostileDriver driver : Drivers.all()) {
            page.append("| %s | %s | %s | %s |\n"
                    .formatted(
                            driver.name(),
                            driver.covers().stream()
                                    .map(Class::getSimpleName)
                                    .sorted()
                                    .collect(Collectors.joining(", ")),
                            names(driver.limits()),
                            bounds(driver.bounds())));
        }
        return page.toString();
    }

    private static String names(Map<String, Object> limits) {
        return limits.entrySet().stream()
                .map(limit -> "`" + limit.getKey() + "` " + limit.getValue())
                .collect(Collectors.joining(", "));
    }

    /** By reason, in the order of the driver. */
    private static String bounds(List<Bound> bounds) {
        SequencedMap<String, String> classes = new LinkedHashMap<>();
        for (Bound bound : bounds) {
            classes.merge(bound.reason(), "`" + bound.type() + "` " + bound.most(), (a, b) -> a + ", " + b);
        }
        return classes.entrySet().stream()
                .map(reason -> reason.getValue() + ": " + reason.getKey())
                .collect(Collectors.joining("; "));
    }

    @Test
    void thePageHasEveryDriver() throws IOException {
        Path made = Path.of("target/growth.md");
        Files.writeString(made, page());
        assertThat(Files.exists(PAGE) ? Files.readString(PAGE) : "")
                .as("docs/results/growth.md is not what the drivers declare; copy quality/growth/" + made + " to it")
                .isEqualTo(page());
    }
}
