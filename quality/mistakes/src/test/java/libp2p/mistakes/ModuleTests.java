package libp2p.mistakes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import libp2p.core.testing.SourceTree;

/** The compiled tests of the modules, each run in a process of its own with some classes before those of the build. */
final class ModuleTests {
    private static final Path ROOT = SourceTree.root();
    private static final Pattern JAR = Pattern.compile("libp2p-(.*?)-\\d[^-]*(?:-SNAPSHOT)?(-tests)?\\.jar");
    private static final Pattern FAILED = Pattern.compile("JUnit [A-Za-z]+:(?:([^:\\s]+):)?(\\S+)");
    private static final Pattern REASON = Pattern.compile("^\\s*=> (.*)$", Pattern.MULTILINE);
    private static final String PACKAGE = ".*";
    private static final int MOST_MINUTES = 5;
    private static final int MOST_OF_A_REASON = 100;

    /** The folders of the modules by their artifacts. */
    private final Map<String, Path> modules = new TreeMap<>();

    ModuleTests() {
        for (Path module : SourceTree.modules()) {
            modules.put(SourceTree.artifact(module), module);
        }
    }

    /**
     * How tests ended.
     *
     * @param passed whether all did
     * @param timedOut whether one did not end, which says nothing on a busy machine
     * @param told which failed first and why
     */
    record Outcome(boolean passed, boolean timedOut, String told) {}

    /** Class path of a module's tests: the classes of this checkout, and jars of others. */
    String classPath(String module) throws IOException {
        Path folder = ROOT.resolve(module);
        Path file = folder.resolve("target/test.classpath");
        if (!Files.exists(file)) {
            throw new IllegalStateException("no " + file + ": quality/mistakes/run makes it");
        }
        Stream<String> built = Stream.of("target/test-classes", "target/classes")
                .map(name -> folder.resolve(name).toString());
        Stream<String> others =
                Stream.of(Files.readString(file).strip().split(":")).map(this::ofThisCheckout);
        return Stream.concat(built, others).collect(Collectors.joining(":"));
    }

    private String ofThisCheckout(String entry) {
        Matcher jar = JAR.matcher(Path.of(entry).getFileName().toString());
        Path module = jar.matches() ? modules.get(jar.group(1)) : null;
        if (module == null) {
            return entry;
        }
        return module.resolve(jar.group(2) == null ? "target/classes" : "target/test-classes")
                .toString();
    }

    /**
     * Runs tests.
     *
     * @param first folder of classes that take the place of those of the build, or null
     * @param work folder for what is printed
     */
    Outcome run(PlantedMistake.Selection selection, Path first, Path work) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-ea",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "--add-opens",
                "java.base/java.lang=ALL-UNNAMED",
                "-Dlibp2p.crypto.engines=fixed",
                "-cp",
                (first == null ? "" : first + ":") + classPath(selection.module()) + ":" + console(),
                "org.junit.platform.console.ConsoleLauncher",
                "execute",
                "--disable-banner",
                "--disable-ansi-colors",
                "--details=summary",
                "--fail-fast",
                "--config=junit.jupiter.execution.timeout.default=3 m"));
        if (selection.tests().stream().noneMatch(test -> test.contains("#"))) {
            command.add("--exclude-tag=long"); // a method that is named is run whatever its tag
        }
        for (String test : selection.tests()) {
            command.add(selector(test));
        }
        Path output = work.resolve("output-" + selection.module().replace('/', '-') + ".txt");
        Process process = new ProcessBuilder(command)
                .directory(ROOT.resolve(selection.module()).toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            if (!process.waitFor(MOST_MINUTES, TimeUnit.MINUTES)) {
                return new Outcome(false, true, "no end after " + MOST_MINUTES + " minutes");
            }
        } finally {
            process.destroyForcibly();
        }
        return outcome(process.exitValue(), Files.readString(output));
    }

    private static String selector(String test) {
        if (test.endsWith(PACKAGE)) {
            return "--select-package=" + test.substring(0, test.length() - PACKAGE.length());
        }
        return (test.contains("#") ? "--select-method=" : "--select-class=") + test;
    }

    private static Outcome outcome(int status, String output) {
        if (status == 0) {
            return new Outcome(true, false, "");
        }
        Matcher failed = FAILED.matcher(output);
        if (!failed.find()) {
            throw new IllegalStateException("the tests did not run, status " + status + ": " + output);
        }
        Matcher reason = REASON.matcher(output.substring(failed.end()));
        String why = reason.find() ? reason.group(1) : "";
        why = why.replaceFirst("^(?:\\w+\\.)+(\\w+)", "$1")
                .replace('|', '/')
                .replaceAll("\\s+", " ")
                .strip();
        if (why.length() > MOST_OF_A_REASON) {
            why = why.substring(0, MOST_OF_A_REASON) + "…";
        }
        return new Outcome(
                false, why.contains("timed out after"), failed.group(2).replaceFirst("\\(.*", "") + ": " + why);
    }

    private static String console() {
        String own = System.getProperty("java.class.path");
        return Stream.of(own.split(":"))
                .filter(entry -> entry.contains("junit-platform-") || entry.contains("opentest4j"))
                .collect(Collectors.joining(":"));
    }

    /** Whether the sources of a module have this test, or tests in this package. */
    boolean has(String module, String test) {
        String type = test.replaceFirst("#.*", "");
        if (test.endsWith(PACKAGE)) {
            String folder = type.substring(0, type.length() - PACKAGE.length()).replace('.', '/');
            return Files.isDirectory(ROOT.resolve(module).resolve("src/test/java/" + folder));
        }
        Path source = ROOT.resolve(module).resolve("src/test/java/" + type.replace('.', '/') + ".java");
        String method = test.contains("#") ? test.replaceFirst(".*#", "").replaceFirst("\\(.*", "") : "class ";
        try {
            return Files.exists(source) && Files.readString(source).contains(method);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
