package libp2p.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import libp2p.core.testing.SourceTree;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people read stays short, and its code is code that compiles; pages that suites write have tables, not prose. */
class DocumentsTest {
    /** Of all pages that are written by hand, the READMEs of modules included, as {@code wc -w} counts them. */
    private static final int WORDS = 46_000;

    private static final int README_WORDS = 500;
    private static final int BENCHMARK_WORDS = 2_500;
    /** Of a version that is not released, blank lines left out. */
    private static final int CHANGELOG_LINES = 20;

    private static final int HOW_TO_LINES = 60;
    private static final int RESULT_SENTENCES = 3;
    private static final Path ROOT = SourceTree.root();
    private static final Path DOCS = ROOT.resolve("docs");
    private static final Path RESULTS = DOCS.resolve("results");
    private static final Path HOW_TO = DOCS.resolve("how-to");
    private static final Path EXAMPLES = ROOT.resolve("examples");
    private static final Pattern JAVA_BLOCK = Pattern.compile("(?s)```java\n(.*?)```");
    private static final Pattern PROGRAM = Pattern.compile("\\(\\.\\./\\.\\./examples/((?:seeds/)?\\w+\\.java)\\)");
    private static final Pattern QUOTE = Pattern.compile("(?s)<pre>\\{@code(.*?)}</pre>");
    private static final List<String> FIRST_TYPES = List.of(
            "libp2p.Libp2p",
            "libp2p.HostBuilder",
            "libp2p.core.host.Host",
            "libp2p.core.host.PeerAddress",
            "libp2p.core.connection.Connection",
            "libp2p.core.connection.Stream",
            "libp2p.core.identity.PeerId",
            "libp2p.core.messaging.MessageExchange",
            "libp2p.core.resource.ResourceManager",
            "libp2p.multiformats.multiaddr.Multiaddr",
            "libp2p.pubsub.GossipSub",
            "libp2p.kad.Kad",
            "libp2p.kad.Dht",
            "libp2p.blocks.BlockStore",
            "libp2p.ipfs.IpfsPeer");
    private static final Pattern STATUS =
            Pattern.compile("(?m)^Status: (accepted|replaced by \\[ADR \\d+]\\(\\S+\\)), \\d{4}-\\d\\d-\\d\\d[.;]");

    private static List<Path> pages(Path folder, int depth) throws IOException {
        try (Stream<Path> files = Files.walk(folder, depth)) {
            return files.filter(file -> file.toString().endsWith(".md")).toList();
        }
    }

    private static List<Path> writtenByHand() throws IOException {
        return Documents.all().stream()
                .filter(page -> !page.startsWith(RESULTS))
                .toList();
    }

    /** Texts between blanks that have a letter or a digit: the lines of a table are no words. */
    private static int words(Path page) throws IOException {
        return (int) Pattern.compile("\\S*[\\p{L}\\p{N}]\\S*")
                .matcher(Files.readString(page))
                .results()
                .count();
    }

    /** Texts between blanks, the lines of a table included. */
    private static int wordsOfWc(Path page) throws IOException {
        return (int) Pattern.compile("\\S+")
                .matcher(Files.readString(page))
                .results()
                .count();
    }

    @Test
    void allPagesThatAreWrittenByHandCanBeReadInADay() throws IOException {
        int words = 0;
        List<Path> pages = writtenByHand();
        for (Path page : pages) {
            words += wordsOfWc(page);
        }
        assertThat(words).as("words of all pages").isBetween(WORDS / 4, WORDS);
        assertThat(pages)
                .contains(
                        ROOT.resolve("CONTRIBUTING.md"),
                        DOCS.resolve("ARCHITECTURE.md"),
                        ROOT.resolve("quality/interop/peers/README.md"),
                        EXAMPLES.resolve("seeds/README.md"));
    }

    @Test
    void theReadmeStaysShort() throws IOException {
        assertThat(words(ROOT.resolve("README.md"))).isLessThanOrEqualTo(README_WORDS);
    }

    @Test
    void thePageOfBenchmarksStaysShort() throws IOException {
        assertThat(words(DOCS.resolve("benchmarks.md"))).isLessThanOrEqualTo(BENCHMARK_WORDS);
    }

    @Test
    void theChangelogOfAnUnreleasedVersionStaysShort() throws IOException {
        List<String> lines = Files.readAllLines(ROOT.resolve("CHANGELOG.md"));
        assertThat(lines).anyMatch(line -> line.contains("not released"));
        assertThat(lines.stream().filter(line -> !line.isBlank())).hasSizeLessThanOrEqualTo(CHANGELOG_LINES);
    }

    /** Floors, and the way of a byte in and out. */
    @Test
    void theFloorsAndTheWayOfAByteAreDrawn() throws IOException {
        Path architecture = DOCS.resolve("ARCHITECTURE.md");
        assertThat(drawings(architecture, "## The floors")).isEqualTo(1);
        assertThat(drawings(architecture, "## The way of a byte")).isEqualTo(2);
        assertThat(drawings(ROOT.resolve("README.md"), "## In a program")).isEqualTo(1);
    }

    @Test
    void thePictureOfTheFloorsHasEveryModule() throws IOException {
        String page = Files.readString(DOCS.resolve("ARCHITECTURE.md"));
        String picture = page.substring(page.indexOf("## The floors"), page.indexOf("## The way of a byte"));
        assertThat(SourceTree.modules().stream()
                        .map(module -> module.getFileName().toString())
                        .filter(name -> !name.equals("bom")) // which has no code
                        .filter(name -> !Pattern.compile("[^-\\w]" + name + "[^-\\w]")
                                .matcher(picture)
                                .find()))
                .as("modules that are not in the picture")
                .isEmpty();
    }

    /** Blocks of a section that are in no language. */
    private static int drawings(Path page, String heading) throws IOException {
        int drawings = 0;
        boolean inside = false;
        boolean inBlock = false;
        for (String line : Files.readAllLines(page)) {
            if (line.startsWith("```")) {
                drawings += inside && !inBlock && line.equals("```") ? 1 : 0;
                inBlock = !inBlock;
            } else if (!inBlock && line.startsWith("## ")) {
                inside = line.equals(heading);
            }
        }
        return drawings;
    }

    /** Apart from lists and what a line in code says; a sentence ends with a full stop before a blank. */
    @Test
    void pagesOfResultsHaveThreeSentencesAtMost() throws IOException {
        List<Path> results = pages(RESULTS, 9);
        assertThat(results).hasSizeGreaterThan(8).allSatisfy(page -> {
            String prose = String.join(
                    "\n",
                    Files.readAllLines(page).stream()
                            .filter(line -> !line.isBlank() && !line.matches("(#|\\||- |!\\[).*"))
                            .filter(line -> !line.endsWith(":"))
                            .toList());
            assertThat(Pattern.compile("\\.(\\s|$)").matcher(prose).results().count())
                    .as("sentences of %s: %s", page.getFileName(), prose)
                    .isLessThanOrEqualTo(RESULT_SENTENCES);
        });
    }

    /** How it was written, so that it is not edited by hand. */
    @Test
    void pagesOfResultsNameTheCommandThatWritesThem() throws IOException {
        assertThat(pages(RESULTS, 1))
                .allSatisfy(page -> assertThat(Files.readString(page))
                        .as("%s", page)
                        .containsPattern("[Ww]ritten by `[\\w/-]+|`\\w+Test` writes"));
    }

    @Test
    void pagesOfTasksAreShortAndTheirCodeStandsInAProgram() throws IOException {
        List<String> strange = new ArrayList<>();
        int blocks = 0;
        for (Path page : pages(HOW_TO, 1)) {
            String text = Files.readString(page);
            assertThat(text.lines().count()).as("lines of %s", page).isLessThanOrEqualTo(HOW_TO_LINES);
            List<String> programs = new ArrayList<>();
            Matcher program = PROGRAM.matcher(text);
            while (program.find()) {
                programs.add(squeezed(Files.readString(EXAMPLES.resolve(program.group(1)))));
            }
            Matcher block = JAVA_BLOCK.matcher(text);
            while (block.find()) {
                blocks++;
                String code = squeezed(block.group(1));
                if (programs.stream().noneMatch(source -> source.contains(code))) {
                    strange.add(page.getFileName() + ": " + block.group(1));
                }
            }
        }
        assertThat(strange).as("code that stands in no linked program").isEmpty();
        assertThat(blocks).isGreaterThan(20);
    }

    private static String squeezed(String code) {
        return code.replaceAll("\\s+", "");
    }

    @Test
    void theProgramOfTheReadmeIsAnExample() throws IOException {
        Matcher block = JAVA_BLOCK.matcher(Files.readString(ROOT.resolve("README.md")));
        assertThat(block.find()).isTrue();
        assertThat(squeezed(Files.readString(EXAMPLES.resolve("Shout.java")))).contains(squeezed(block.group(1)));
    }

    @Test
    void examplesCompile(@TempDir Path classes) throws IOException {
        assertThat(compiled(EXAMPLES, classes)).isGreaterThan(12);
        assertThat(compiled(EXAMPLES.resolve("seeds"), classes)).isGreaterThan(12);
    }

    /** Returns the number of programs of a folder. */
    private static int compiled(Path folder, Path classes) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringBuilder said = new StringBuilder();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, Locale.ROOT, null);
                Stream<Path> sources = Files.list(folder)) {
            List<Path> programs =
                    sources.filter(file -> file.toString().endsWith(".java")).toList();
            boolean done = compiler.getTask(
                            null,
                            files,
                            error -> said.append(error).append('\n'),
                            List.of("-proc:none", "-d", classes.toString()),
                            null,
                            files.getJavaFileObjectsFromPaths(programs))
                    .call();
            assertThat(done).as("%s", said).isTrue();
            return programs.size();
        }
    }

    @Test
    void decisionsHaveAStatusWithADate() throws IOException {
        assertThat(pages(DOCS.resolve("adr"), 1))
                .hasSizeGreaterThan(20)
                .allSatisfy(page -> assertThat(Files.readString(page))
                        .as("%s", page.getFileName())
                        .containsPattern(STATUS));
    }

    /** The types that users meet first teach by code that is compiled. */
    @Test
    void javadocOfTheFirstTypesQuotesExamples() throws IOException {
        List<String> examples = new ArrayList<>();
        try (Stream<Path> sources = Files.list(EXAMPLES)) {
            for (Path file : sources.filter(Files::isRegularFile).toList()) {
                examples.add(squeezed(Files.readString(file)));
            }
        }
        assertThat(FIRST_TYPES).allSatisfy(type -> {
            String source = Files.readString(SourceTree.source(type));
            String doc = source.substring(source.indexOf("/**"), source.indexOf("*/"));
            Matcher block = QUOTE.matcher(doc);
            int quotes = 0;
            while (block.find()) {
                quotes++;
                String code = squeezed(block.group(1).replaceAll("(?m)^ \\*", ""));
                String quoted = code.endsWith("…}") ? code.substring(0, code.length() - 2) : code;
                assertThat(examples).as("%s quotes: %s", type, quoted).anyMatch(example -> example.contains(quoted));
            }
            assertThat(quotes).as("examples in the Javadoc of %s", type).isPositive();
        });
    }
}
