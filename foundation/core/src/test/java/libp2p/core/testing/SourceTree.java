package libp2p.core.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The checkout that a test runs in, wherever in it the module of the test is.
 *
 * <pre>{@code
 * String page = Files.readString(SourceTree.root().resolve("docs/metrics.md"));
 * Path sources = SourceTree.module("streams").resolve("src/main/java");
 * }</pre>
 */
public final class SourceTree {
    private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");
    private static final Path ROOT = find(Path.of("").toAbsolutePath());

    private SourceTree() {}

    private static Path find(Path from) {
        for (Path folder = from; folder != null; folder = folder.getParent()) {
            if (Files.exists(folder.resolve("mvnw"))) {
                return folder;
            }
        }
        throw new IllegalStateException("no folder above " + from + " has the file mvnw");
    }

    /** The folder with the file {@code mvnw}. */
    public static Path root() {
        return ROOT;
    }

    /** The folders of all modules of the build, as the root POM lists them. */
    public static List<Path> modules() {
        try {
            List<Path> modules = MODULE.matcher(Files.readString(ROOT.resolve("pom.xml")))
                    .results()
                    .map(match -> ROOT.resolve(match.group(1)))
                    .toList();
            if (modules.size() < 30) {
                throw new IllegalStateException("the root POM lists " + modules.size() + " modules, at least 30");
            }
            return modules;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The folder of the module whose artifact has this name behind {@code libp2p-}, such as "kad". */
    public static Path module(String name) {
        return modules().stream()
                .filter(folder -> artifact(folder).equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the root POM lists no module " + name));
    }

    /** The source of a class of the product by its name, such as "libp2p.kad.lookup.Lookup". */
    public static Path source(String type) {
        String file = "src/main/java/" + type.replace('.', '/') + ".java";
        return modules().stream()
                .map(module -> module.resolve(file))
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no module has the class " + type));
    }

    /** The name of the artifact of a module, behind {@code libp2p-}. */
    public static String artifact(Path module) {
        try {
            String pom = Files.readString(module.resolve("pom.xml")).replaceAll("(?s)<parent>.*?</parent>", "");
            return pom.replaceFirst("(?s).*?<artifactId>(?:libp2p-)?([^<]+)</artifactId>.*", "$1");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
