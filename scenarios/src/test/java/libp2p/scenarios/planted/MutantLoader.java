package libp2p.scenarios.planted;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntConsumer;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Loads all of libp2p anew, simulator and story included, with one class compiled from a source with a mistake. */
final class MutantLoader extends ClassLoader {
    private final Path compiled;

    private MutantLoader(Path compiled) {
        super(MutantLoader.class.getClassLoader());
        this.compiled = compiled;
    }

    /**
     * The story told with the mistake in it.
     *
     * @param directory for what is compiled
     */
    static IntConsumer storyWith(Mistake mistake, Path directory) throws Exception {
        Path source = Path.of("..", mistake.file() + ".java");
        Path planted = directory.resolve(source.getFileName());
        Files.writeString(planted, mistake.plant(Files.readString(source)));
        compile(planted, directory);
        Class<?> story = new MutantLoader(directory).loadClass(Reunion.class.getName());
        return (IntConsumer) story.getDeclaredConstructor().newInstance();
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

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith("libp2p.")) {
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
