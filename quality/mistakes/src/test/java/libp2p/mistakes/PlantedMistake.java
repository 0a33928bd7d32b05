package libp2p.mistakes;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import libp2p.core.testing.SourceTree;

/**
 * A mistake in the source of one class of the product, and the tests that should notice it.
 *
 * @param family the protocol or part that it is in
 * @param name what is wrong, in a sentence
 * @param type name of the class
 * @param changes what is changed in its source
 * @param tests what should notice it
 * @param blind whether it was chosen without a look at the tests
 * @param unnoticed why no test notices it, and what was tried; empty if one does
 */
public record PlantedMistake(
        String family,
        String name,
        String type,
        List<Change> changes,
        List<Selection> tests,
        boolean blind,
        String unnoticed) {
    /**
     * A text that stands in the source exactly once, and the one that takes its place; indentation does not count.
     */
    public record Change(String right, String wrong) {}

    /**
     * Tests of a module.
     *
     * @param module folder of the module, below the root
     * @param tests names of classes, each with a method behind "#" or without, and of packages with ".*"
     */
    public record Selection(String module, List<String> tests) {}

    /**
     * The source with the mistake in it.
     *
     * @throws IllegalStateException if a text is not there exactly once
     */
    public String source() throws IOException {
        String text = dedent(Files.readString(SourceTree.source(type)));
        for (Change change : changes) {
            String right = dedent(change.right);
            int at = text.indexOf(right);
            if (right.isEmpty() || at < 0 || text.indexOf(right, at + 1) >= 0) {
                throw new IllegalStateException(name + ": " + type + " has not exactly one: " + right);
            }
            text = text.replace(right, dedent(change.wrong));
        }
        return text;
    }

    /**
     * Compiles the class with the mistake in it.
     *
     * @param directory takes the classes
     * @param classPath what the class is compiled against
     * @throws IllegalStateException if it does not compile
     */
    public void compile(Path directory, String classPath) throws IOException {
        Path file = directory.resolve(type.substring(type.lastIndexOf('.') + 1) + ".java");
        Files.writeString(file, source());
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        List<String> options = List.of("-d", directory.toString(), "-proc:none", "-nowarn", "-cp", classPath);
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            boolean done = compiler.getTask(messages, files, null, options, null, files.getJavaFileObjects(file))
                    .call();
            if (!done) {
                throw new IllegalStateException(name + ": does not compile: " + messages);
            }
        }
    }

    /** Without the indentation of its lines, which says nothing to the compiler. */
    private static String dedent(String text) {
        return text.lines().map(String::strip).collect(Collectors.joining("\n")).strip();
    }
}
