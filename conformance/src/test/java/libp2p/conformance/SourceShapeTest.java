package libp2p.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A class has one idea: none is longer than 500 lines. A package says what it is for. */
class SourceShapeTest {
    private static final int LINES = 500;

    @Test
    void noSourceFileIsLongerThanFiveHundredLines() throws IOException {
        Path root = Path.of("").toAbsolutePath().getParent();
        try (Stream<Path> files = Files.walk(root)) {
            List<String> tooLong = files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> file.toString()
                            .contains(Path.of("src", "main", "java").toString()))
                    .filter(file -> lines(file) > LINES)
                    .map(file -> root.relativize(file) + " has " + lines(file) + " lines")
                    .toList();
            assertThat(tooLong).isEmpty();
        }
    }

    @Test
    void everyPublishedPackageSaysWhatItIsFor() throws IOException {
        Path root = Path.of("").toAbsolutePath().getParent();
        try (Stream<Path> files = Files.walk(root)) {
            List<String> silent = files.filter(file -> file.toString().endsWith(".java"))
                    .map(Path::getParent)
                    .distinct()
                    .filter(folder ->
                            isPublished(root.relativize(folder).toString().replace('\\', '/')))
                    .filter(folder -> !text(folder.resolve("package-info.java")).contains("/**"))
                    .map(folder -> root.relativize(folder).toString())
                    .toList();
            assertThat(silent).isEmpty();
        }
    }

    /**
     * Neither measurements nor examples nor the root of a source folder, where only the descriptor of the module is.
     */
    private static boolean isPublished(String folder) {
        return folder.contains("/src/main/java/")
                && !folder.startsWith("benchmarks/")
                && !folder.startsWith("stress/")
                && !folder.startsWith("examples/");
    }

    private static String text(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static long lines(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.count();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
