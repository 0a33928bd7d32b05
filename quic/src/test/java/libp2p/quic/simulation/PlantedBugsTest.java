package libp2p.quic.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Bugs of the kind that people make, planted one at a time into the source: the scenarios must find each within 140
 * seeds.
 */
class PlantedBugsTest {
    private static final int SEEDS = 140;

    enum Bug {
        AN_ACK_RANGE_IS_OFF_BY_ONE(
                "recovery/ReceivedRanges",
                ".varint(largest[0] - smallest[0]);",
                ".varint(Math.min(largest[0], largest[0] - smallest[0] + 1));"),
        A_PROBE_TIMEOUT_IS_LOST("connection/Timers", "if (index < 0) {", "if (index < 3) {"),
        CREDIT_IS_COUNTED_TWICE("stream/Streams", "received += bytes;", "received += 2 * bytes;"),
        THE_KEY_PHASE_IS_FLIPPED_BEFORE_THE_PACKET_IS_AUTHENTICATED(
                "protect/KeyPhases",
                "                update = true;",
                "                update = true;\n                advanceReceiving(until);"),
        A_RETIRED_ID_IS_STILL_USED(
                "connection/RemoteIds", "current = available.removeFirst();", "available.removeFirst();"),
        A_FINAL_SIZE_MOVES(
                "stream/SendPart",
                "resetSize = Math.max(buffer.sent(), reliable);",
                "resetSize = buffer.acknowledged();");

        final String file;
        final String right;
        final String wrong;

        Bug(String file, String right, String wrong) {
            this.file = file;
            this.right = right;
            this.wrong = wrong;
        }
    }

    /** Loads the classes of this module anew, those with the bug first. */
    private static final class Infested extends URLClassLoader {
        Infested(List<URL> path) {
            super(path.toArray(new URL[0]), PlantedBugsTest.class.getClassLoader());
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

    private static Path folder(Class<?> type) throws Exception {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    private static void plant(Bug bug, Path classes) throws IOException {
        Path source = Path.of("src/main/java/libp2p/quic/" + bug.file + ".java").toAbsolutePath();
        String text = Files.readString(source);
        assertThat(text).as("what is to be changed is still there").contains(bug.right);
        Path changed = classes.resolve("sources").resolve(source.getFileName());
        Files.createDirectories(changed.getParent());
        Files.writeString(changed, text.replace(bug.right, bug.wrong));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, Locale.ROOT, null)) {
            List<String> options = List.of(
                    "-proc:none", "-nowarn", "-d", classes.toString(), "-cp", System.getProperty("java.class.path"));
            assertThat(compiler.getTask(null, files, null, options, null, files.getJavaFileObjects(changed))
                            .call())
                    .isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(Bug.class)
    void everyBugIsFound(Bug bug, @TempDir Path classes) throws Exception {
        plant(bug, classes);
        List<URL> path = new ArrayList<>();
        path.add(classes.toUri().toURL());
        path.add(folder(libp2p.quic.connection.Connection.class).toUri().toURL());
        path.add(folder(Scenario.class).toUri().toURL());
        try (Infested infested = new Infested(path)) {
            Method run = infested.loadClass(Scenario.class.getName()).getDeclaredMethod("run", long.class);
            run.setAccessible(true);
            for (long seed = 0; seed < SEEDS; seed++) {
                try {
                    run.invoke(null, seed);
                } catch (InvocationTargetException found) {
                    assertThat(found.getCause()).isInstanceOfAny(AssertionError.class, RuntimeException.class);
                    return;
                }
            }
        }
        throw new AssertionError(bug + " was not found in " + SEEDS + " seeds");
    }
}
