package libp2p.core.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import libp2p.core.testing.Json;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyFileTest {
    private static final SystemEnvironment ENVIRONMENT = SystemEnvironment.shared();

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("node.key");
    }

    /** Prints the peer id of the key file it is given; run as a process of its own. */
    static final class Starter {
        public static void main(String[] arguments) throws IOException {
            System.in.read(); // until all are ready
            System.out.print(Identity.loadOrCreate(Path.of(arguments[0])).peerId());
        }
    }

    @Test
    void createsTheKeyOnceAndLoadsItAgain() throws IOException {
        Identity created = Identity.loadOrCreate(file);
        assertThat(created.key().type()).isEqualTo(KeyType.ED25519);
        assertThat(Identity.loadOrCreate(file).peerId()).isEqualTo(created.peerId());
        assertThat(Identity.load(file).peerId()).isEqualTo(created.peerId());
        assertThat(files()).containsExactly(file);
    }

    @Test
    void createsTheKindOfKeyThatIsAskedForAndItsFolder() throws IOException {
        Path deep = folder.resolve("a").resolve("b").resolve("key");
        assertThat(Identity.loadOrCreate(deep, KeyType.SECP256K1, ENVIRONMENT)
                        .key()
                        .type())
                .isEqualTo(KeyType.SECP256K1);
    }

    @Test
    void onlyTheOwnerCanReadWhatItWrites() throws IOException {
        Identity identity = Identity.loadOrCreate(file);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        identity.save(file);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void readsAndWritesTheFilesOfGo() throws IOException {
        for (var vector : Json.objects(Json.resource("/golden-go/keys.json"))) {
            byte[] theirs = HexFormat.of().parseHex((String) vector.get("private"));
            Files.write(file, theirs);
            Identity identity = Identity.load(file);
            assertThat(identity.peerId()).hasToString((String) vector.get("peerId"));
            Path copy = folder.resolve("copy");
            identity.save(copy);
            assertThat(copy).hasBinaryContent(theirs);
        }
    }

    @Test
    void savingReplacesTheWholeFile() throws IOException {
        Files.write(file, new byte[5000]);
        Identity identity = Identity.generate(ENVIRONMENT);
        identity.save(file);
        assertThat(Identity.load(file).peerId()).isEqualTo(identity.peerId());
        assertThat(files()).containsExactly(file);
    }

    @Test
    void aFailedSaveLeavesNothingBehind() throws IOException {
        Files.createDirectories(file.resolve("occupied"));
        assertThatThrownBy(() -> Identity.generate(ENVIRONMENT).save(file)).isInstanceOf(IOException.class);
        assertThat(files()).containsExactly(file);
    }

    @Test
    void refusesFilesThatHoldNoKeyAndKeepsThem() throws IOException {
        for (byte[] content :
                List.of(new byte[0], new byte[36], new byte[1 << 20], "text".getBytes(StandardCharsets.UTF_8))) {
            Files.write(file, content);
            assertThatThrownBy(() -> Identity.loadOrCreate(file))
                    .isInstanceOf(MalformedKeyException.class)
                    .hasMessageContaining("node.key");
            assertThat(file).hasBinaryContent(content);
        }
    }

    @Test
    void loadingNeedsTheFile() {
        assertThatThrownBy(() -> Identity.load(file)).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void threadsThatStartAtOnceAgreeOnOneKey() throws Exception {
        for (int round = 0; round < 20; round++) {
            Path each = folder.resolve("key" + round);
            assertThat(together(16, () -> Identity.loadOrCreate(each).peerId())).hasSize(1);
        }
        assertThat(files()).hasSize(20);
    }

    @Test
    void threadsAgreeOnOneKeyWhereThereAreNoHardLinks() throws Exception {
        for (int round = 0; round < 20; round++) {
            KeyFile each = new KeyFile(folder.resolve("key" + round), (name, existing) -> {
                throw new FileSystemException(name.toString(), null, "Operation not permitted");
            });
            assertThat(together(
                            16,
                            () -> each.loadOrCreate(() -> Identity.generate(ENVIRONMENT))
                                    .peerId()))
                    .hasSize(1);
        }
        assertThat(files())
                .hasSize(40)
                .filteredOn(path -> path.toString().endsWith(".lock"))
                .hasSize(20);
    }

    @Test
    void processesThatStartAtOnceAgreeOnOneKey() throws Exception {
        List<Process> processes = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        try {
            for (int i = 0; i < 3; i++) {
                String java =
                        Path.of(System.getProperty("java.home"), "bin", "java").toString();
                processes.add(new ProcessBuilder(
                                java,
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Starter.class.getName(),
                                file.toString())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start());
            }
            for (Process process : processes) {
                process.getOutputStream().write('\n');
                process.getOutputStream().flush();
            }
            for (Process process : processes) {
                ids.add(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
                assertThat(process.waitFor()).isZero();
            }
        } finally {
            processes.forEach(Process::destroyForcibly);
        }
        assertThat(ids).containsExactly(Identity.load(file).peerId().toString());
    }

    @Test
    void warnsIfOthersMayReadTheKey() throws IOException {
        Identity.loadOrCreate(file);
        assertThat(warnings(() -> Identity.load(file))).isEmpty();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThat(warnings(() -> Identity.load(file)))
                .singleElement()
                .asString()
                .contains("node.key", "GROUP_READ");
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    private static <T> Set<T> together(int count, Callable<T> call) throws Exception {
        CyclicBarrier barrier = new CyclicBarrier(count);
        try (var executor = Executors.newFixedThreadPool(count)) {
            List<Future<T>> futures = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                futures.add(executor.submit(() -> {
                    barrier.await();
                    return call.call();
                }));
            }
            Set<T> results = new HashSet<>();
            for (Future<T> future : futures) {
                results.add(future.get());
            }
            return results;
        }
    }

    private static List<String> warnings(Callable<?> call) throws IOException {
        List<String> warnings = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord record) {
                warnings.add(java.text.MessageFormat.format(record.getMessage(), record.getParameters()));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger("libp2p.core.identity");
        logger.addHandler(handler);
        try {
            call.call();
        } catch (IOException | RuntimeException failure) {
            throw failure;
        } catch (Exception unexpected) {
            throw new AssertionError(unexpected);
        } finally {
            logger.removeHandler(handler);
        }
        return warnings;
    }
}
