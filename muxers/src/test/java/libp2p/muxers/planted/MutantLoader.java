package libp2p.muxers.planted;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongConsumer;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Loads the muxers and their tests anew, with one class of the streams compiled from a source with a mistake. */
final class MutantLoader extends ClassLoader {
    private static final String ENGINE = "../streams/src/main/java/libp2p/streams/";

    private final Path compiled;

    private MutantLoader(Path compiled) {
        super(MutantLoader.class.getClassLoader());
        this.compiled = compiled;
    }

    /**
     * A story told with the mistake in it, or with the classes as they are.
     *
     * @param directory for what is compiled
     */
    static LongConsumer storyWith(Mistake mistake, Path directory) throws Exception {
        Path source = Path.of(ENGINE + mistake.type() + ".java");
        Path planted = directory.resolve(mistake.type() + ".java");
        Files.writeString(planted, mistake.plant(Files.readString(source)));
        compile(planted, directory);
        Class<?> story = new MutantLoader(directory).loadClass(Chatter.class.getName());
        return (LongConsumer) story.getDeclaredConstructor().newInstance();
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
        if (!name.startsWith("libp2p.muxers.") && !name.startsWith("libp2p.streams.")) {
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
