package libp2p.quic.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import libp2p.quic.connection.Connection;

/** The classes of this module and its tests once more, with a mistake in the source of one of them. */
public final class Planted extends URLClassLoader {
    private Planted(URL... path) {
        super(path, Planted.class.getClassLoader());
    }

    /**
     * Compiles a class of the module with a mistake.
     *
     * @param file below the folder of the module's packages, without its ending
     * @param right is there once or more, and replaced by the mistake everywhere
     * @param folder is empty, and takes the classes
     */
    public static Planted into(String file, String right, String wrong, Path folder) throws Exception {
        Path source = Path.of("src/main/java/libp2p/quic/" + file + ".java").toAbsolutePath();
        String text = Files.readString(source);
        assertThat(text).as("what is to be changed is still there").contains(right);
        Path changed = folder.resolve("sources").resolve(source.getFileName());
        Files.createDirectories(changed.getParent());
        Files.writeString(changed, text.replace(right, wrong));
        compile(changed, folder);
        return new Planted(folder.toUri().toURL(), location(Connection.class), location(Planted.class));
    }

    private static void compile(Path source, Path folder) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, Locale.ROOT, null)) {
            List<String> options = List.of(
                    "-proc:none", "-nowarn", "-d", folder.toString(), "-cp", System.getProperty("java.class.path"));
            assertThat(compiler.getTask(null, files, null, options, null, files.getJavaFileObjects(source))
                            .call())
                    .isTrue();
        }
    }

    private static URL location(Class<?> type) {
        return type.getProtectionDomain().getCodeSource().getLocation();
    }

    /** The first seed, from 0 on, at which a static method of a test class throws, or -1. */
    public long firstSeedThatFails(Class<?> type, String method, int seeds) throws Exception {
        Method run = loadClass(type.getName()).getDeclaredMethod(method, long.class);
        run.setAccessible(true);
        for (long seed = 0; seed < seeds; seed++) {
            try {
                run.invoke(null, seed);
            } catch (InvocationTargetException found) {
                assertThat(found.getCause()).isInstanceOfAny(AssertionError.class, RuntimeException.class);
                return seed;
            }
        }
        return -1;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith("libp2p.quic.")) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? findClass(name) : loaded;
        }
    }
}
