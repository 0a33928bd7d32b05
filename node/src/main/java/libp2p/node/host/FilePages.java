package libp2p.node.host;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import libp2p.core.environment.Environment;
import libp2p.core.environment.RepeatingTimer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps small what a process has in memory of the files that it runs from: the library of the virtual machine and the
 * archives of classes. Linux maps 64 KiB around each byte that is touched, and the start
 * of a virtual machine touches nearly all of them once, so that 40 MiB stay mapped of which a node needs a few. When
 * more than {@value #MOST} bytes are mapped, the pages of such files are given back (madvise, MADV_DONTNEED). A page
 * that is needed again is mapped again from the kernel's cache of the file, without the disk. Works only on Linux and with native
 * access; elsewhere nothing happens. Thread-safe.
 */
public final class FilePages implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("libp2p.node");
    /** Between two of the first looks, while the process starts and touches much that it will not need again. */
    private static final long FIRST_NANOS = 50_000_000;

    private static final int FIRST = 40;
    /** Between two looks after that: giving pages back takes 2 ms. */
    private static final long LATER_NANOS = 1_000_000_000;

    private static final long MOST = 20 << 20;
    private static final int DONTNEED = 4;
    private static final String MAPPED = "RssFile:";
    private static final Path PROCESS = Path.of("/proc/self");

    private final @Nullable MethodHandle advise;
    private final RepeatingTimer timer;
    private int looks;

    /** Begins to look at this process; ends with {@link #close}. */
    public FilePages(Environment environment) {
        advise = advise();
        timer = new RepeatingTimer(environment, this::look);
        if (advise != null) {
            timer.arm(0);
        }
    }

    /** Whether this process can give pages back. */
    boolean isSupported() {
        return advise != null;
    }

    @SuppressWarnings("restricted")
    private static @Nullable MethodHandle advise() {
        if (!System.getProperty("os.name", "").toLowerCase(Locale.ROOT).equals("linux")
                || !System.getProperty("sun.arch.data.model", "").equals("64")
                || !FilePages.class.getModule().isNativeAccessEnabled()) {
            return null;
        }
        Linker linker = Linker.nativeLinker();
        return linker.defaultLookup()
                .find("madvise")
                .map(address ->
                        linker.downcallHandle(address, FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT)))
                .orElse(null);
    }

    private void look(RepeatingTimer again) {
        try {
            if (mapped() > MOST) {
                giveBack();
            }
            again.arm(looks++ < FIRST ? FIRST_NANOS : LATER_NANOS);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "the memory of this process cannot be looked at: {0}", e.toString());
        }
    }

    /** Bytes of files that are in the memory of this process. */
    static long mapped() throws IOException {
        for (String line : Files.readAllLines(PROCESS.resolve("status"), StandardCharsets.ISO_8859_1)) {
            if (line.startsWith(MAPPED)) {
                String figure = line.substring(MAPPED.length()).strip();
                return Long.parseLong(figure, 0, figure.indexOf(' '), 10) << 10; // in KiB, whatever a page is
            }
        }
        throw new IOException("no line " + MAPPED);
    }

    /** Gives all clean pages of the virtual machine's library and archives back. */
    void giveBack() throws IOException {
        MethodHandle call = advise;
        if (call == null) {
            return;
        }
        try {
            for (Mapping mapping :
                    Mapping.clean(Files.readAllLines(PROCESS.resolve("smaps"), StandardCharsets.ISO_8859_1))) {
                int _ = (int) call.invokeExact(mapping.from(), mapping.length(), DONTNEED);
            }
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("madvise cannot be called", e);
        }
    }

    /** Looks no more. Idempotent. */
    @Override
    public void close() {
        timer.close();
    }
}
