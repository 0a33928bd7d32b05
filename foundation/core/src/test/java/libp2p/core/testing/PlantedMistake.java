package libp2p.core.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * A mistake in the source of one class of the product: texts that stand there exactly once, each with the one that
 * takes its place. A story is loaded with the mistake in it, to show that seeds or checks find it.
 *
 * @param source file of the class
 * @param changes texts and their replacements in turn; indentation does not count
 */
public record PlantedMistake(Path source, List<String> changes) {
    /**
     * A story with the mistake in it.
     *
     * @param contract type of the story that is not loaded anew
     * @param story class with a public constructor without arguments
     * @param anew whether a class, by its name, is loaded once more: the changed one, and all that name it
     * @param directory for what is compiled
     */
    public <T> T tell(Class<T> contract, Class<? extends T> story, Predicate<String> anew, Path directory)
            throws Exception {
        Path planted = directory.resolve(source.getFileName());
        Files.writeString(planted, plant(Files.readString(source)));
        compile(planted, directory);
        Class<?> loaded = new Loader(story.getClassLoader(), anew, directory).loadClass(story.getName());
        return contract.cast(loaded.getDeclaredConstructor().newInstance());
    }

    private String plant(String text) {
        String planted = dedent(text);
        for (int i = 0; i < changes.size(); i += 2) {
            String right = dedent(changes.get(i)).strip();
            int at = planted.indexOf(right);
            if (at < 0 || planted.indexOf(right, at + 1) >= 0) {
                throw new IllegalStateException(source + " has not exactly one: " + right);
            }
            planted = planted.replace(right, dedent(changes.get(i + 1)).strip());
        }
        return planted;
    }

    /** Without the indentation of its lines, which says nothing to the compiler. */
    private static String dedent(String text) {
        return text.lines().map(String::strip).collect(Collectors.joining("\n"));
    }

    private static void compile(Path source, Path directory) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            List<String> options = List.of(
                    "-d", directory.toString(), "-proc:none", "-nowarn", "-cp", System.getProperty("java.class.path"));
            boolean done = compiler.getTask(messages, files, null, options, null, files.getJavaFileObjects(source))
                    .call();
            if (!done) {
                throw new IllegalStateException("the mistake does not compile: " + messages);
            }
        }
    }

    /** Loads some classes once more, the changed one from where it was compiled. */
    private static final class Loader extends ClassLoader {
        private final Predicate<String> anew;
        private final Path compiled;

        Loader(ClassLoader parent, Predicate<String> anew, Path compiled) {
            super(parent);
            this.anew = anew;
            this.compiled = compiled;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!anew.test(name)) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> known = findLoadedClass(name);
                return known == null ? define(name) : known;
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            String file = name.replace('.', '/') + ".class";
            Path mutant = compiled.resolve(file);
            try (InputStream in = Files.exists(mutant)
                    ? Files.newInputStream(mutant)
                    : getParent().getResourceAsStream(file)) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
}
