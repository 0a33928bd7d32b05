package libp2p.node.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.core.environment.system.SystemEnvironment;
import org.junit.jupiter.api.Test;

class FilePagesTest {
    private static final List<String> SMAPS = """
            00400000-00401000 r-xp 00000000 fe:00 11 /usr/lib/jvm/bin/java
            Rss:                   4 kB
            Anonymous:             0 kB
            680000000-680100000 rw-p 00000000 00:00 0
            Anonymous:          1024 kB
            7f0000000000-7f0000100000 r--p 00001000 fe:00 12 /a path/with spaces/content.jsa
            Size:               1024 kB
            Anonymous:             0 kB
            VmFlags: rd mr mw me
            7f0000100000-7f0000180000 rw-p 00101000 fe:00 12 /a path/with spaces/content.jsa
            Anonymous:             0 kB
            7f0000200000-7f0000400000 r-xp 00000000 fe:00 13 /usr/lib/jvm/lib/server/libjvm.so
            Anonymous:             0 kB
            7f0000400000-7f0000401000 r--p 00200000 fe:00 13 /usr/lib/jvm/lib/server/libjvm.so
            Anonymous:             4 kB
            7f0000500000-7f0000501000 r--s 00000000 fe:00 14 /dev/shm/libshared.so
            Anonymous:             0 kB
            7f0000600000-7f0000602000 r-xp 00000000 fe:00 15 /lib/x86_64-linux-gnu/libc.so.6
            Anonymous:             0 kB
            7f0000700000-7f0000702000 r--p 00000000 fe:00 16 /data/blocks
            Anonymous:             0 kB
            ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0 [vsyscall]
            Anonymous:             0 kB
            """.lines().toList();

    @Test
    void onlyFilesOfTheVirtualMachineThatNobodyHasWrittenToAreTaken() {
        assertThat(Mapping.clean(SMAPS))
                .containsExactly(new Mapping(0x7f0000000000L, 0x100000), new Mapping(0x7f0000200000L, 0x200000));
    }

    @Test
    void theLastMappingMayBeCutShort() {
        assertThat(Mapping.clean(List.of("7f0000600000-7f0000602000 r-xp 00000000 fe:00 15 /lib/libc.so.6")))
                .isEmpty();
        assertThat(Mapping.clean(List.of("7f-80", "", "garbage"))).isEmpty();
    }

    /** Of a process of its own: others that ran in this one may have given pages back before. */
    static final class Program {
        private Program() {}

        public static void main(String[] arguments) throws IOException {
            long before = FilePages.mapped();
            try (FilePages pages = new FilePages(SystemEnvironment.shared())) {
                pages.giveBack();
                System.out.println(pages.isSupported() + " " + before + " " + FilePages.mapped());
            }
        }
    }

    /** Loads and unloads all libraries of the JDK while pages are given back without a pause. */
    static final class Loading {
        private Loading() {}

        public static void main(String[] arguments) throws IOException, InterruptedException {
            List<Path> libraries;
            try (var files = Files.list(Path.of(System.getProperty("java.home"), "lib"))) {
                libraries = files.filter(file -> file.toString().endsWith(".so"))
                        .sorted()
                        .toList();
            }
            AtomicInteger loaded = new AtomicInteger();
            AtomicBoolean done = new AtomicBoolean();
            try (FilePages pages = new FilePages(SystemEnvironment.shared())) {
                Thread loader = new Thread(() -> {
                    for (int i = 0; i < 100; i++) {
                        libraries.forEach(library -> load(library, loaded));
                    }
                    done.set(true);
                });
                loader.start();
                while (!done.get()) {
                    pages.giveBack();
                }
                loader.join();
            }
            System.out.println("loaded " + (loaded.get() >= 100));
        }

        @SuppressWarnings("restricted")
        private static void load(Path library, AtomicInteger loaded) {
            try (Arena arena = Arena.ofConfined()) {
                SymbolLookup.libraryLookup(library, arena).find("JNI_OnLoad");
                loaded.incrementAndGet();
            } catch (IllegalArgumentException e) {
                // it needs a library that this machine does not have
            }
        }
    }

    /** The whole file of a library is mapped before its data is written into the middle of that. */
    @Test
    void nothingOfALibraryThatIsBeingLoadedIsGivenBack() throws Exception {
        assumeTrue(Files.isReadable(Path.of("/proc/self/statm")), "no Linux");
        assertThat(run(Loading.class).strip()).endsWith("loaded true");
    }

    private static String run(Class<?> program) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-XX:ErrorFile=/dev/null",
                        program.getName())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    /** The process goes on as before, and needs some of its files again. */
    @Test
    void pagesAreGivenBackAndComeAgain() throws Exception {
        assumeTrue(Files.isReadable(Path.of("/proc/self/statm")), "no Linux");
        String said = run(Program.class);
        String[] words = said.strip().split(" ");
        assertThat(words).as(said).hasSize(3);
        assertThat(words[0]).isEqualTo("true");
        assertThat(Long.parseLong(words[2])).isLessThan(Long.parseLong(words[1]) * 3 / 4);
    }
}
