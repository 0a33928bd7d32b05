package libp2p.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import libp2p.core.testing.SourceTree;
import org.junit.jupiter.api.Test;

/** A class has one idea: none is longer than 500 lines. A package says what it is for, and why if it is a large one. */
class SourceShapeTest {
    private static final int LINES = 500;
    private static final int CLASSES = 25;
    private static final String REASON = "more than 25 classes because";
    private static final Set<String> NOT_SOURCES = Set.of("build", "target", "node_modules", ".git");
    private static final Path ROOT = SourceTree.root();

    @Test
    void noSourceFileIsLongerThanFiveHundredLines() throws IOException {
        assertThat(sources().stream()
                        .filter(file -> lines(file) > LINES)
                        .map(file -> ROOT.relativize(file) + " has " + lines(file) + " lines"))
                .isEmpty();
    }

    @Test
    void everyPublishedPackageSaysWhatItIsFor() throws IOException {
        assertThat(packages().keySet().stream()
                        .filter(SourceShapeTest::isPublished)
                        .filter(folder ->
                                !text(folder.resolve("package-info.java")).contains("/**"))
                        .map(ROOT::relativize))
                .isEmpty();
    }

    @Test
    void aPackageOfMoreThanTwentyFiveClassesSaysWhy() throws IOException {
        assertThat(packages().entrySet().stream()
                        .filter(entry -> entry.getValue() > CLASSES)
                        .filter(entry -> !words(entry.getKey().resolve("package-info.java"))
                                .contains(REASON))
                        .map(entry -> ROOT.relativize(entry.getKey()) + " has " + entry.getValue() + " classes"))
                .isEmpty();
    }

    /** The folders of packages, with the number of their classes. */
    private static Map<Path, Long> packages() throws IOException {
        return sources().stream()
                .filter(file -> !file.endsWith("module-info.java"))
                .collect(Collectors.groupingBy(
                        Path::getParent,
                        Collectors.filtering(file -> !file.endsWith("package-info.java"), Collectors.counting())));
    }

    /** The Java files of the product, without those that other builds have left. */
    private static List<Path> sources() throws IOException {
        List<Path> sources = new ArrayList<>();
        String main = Path.of("src", "main", "java").toString();
        Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                return NOT_SOURCES.contains(folder.getFileName().toString())
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (file.toString().endsWith(".java") && file.toString().contains(main)) {
                    sources.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        assertThat(sources).hasSizeGreaterThan(1_000);
        return sources;
    }

    /** Neither measurements nor examples. */
    private static boolean isPublished(Path folder) {
        String name = ROOT.relativize(folder).toString().replace('\\', '/');
        return !name.startsWith("quality/benchmarks/")
                && !name.startsWith("quality/stress/")
                && !name.startsWith("examples/");
    }

    private static String words(Path file) {
        return text(file).replaceAll("[\\s*]+", " ");
    }

    private static String text(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long lines(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
