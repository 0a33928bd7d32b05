package libp2p.crypto.engine.libcrypto;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads the memory of glibc's malloc in this process, free or not: the program break and the arenas of threads. */
final class MallocMemory {
    private static final Path MAPS = Path.of("/proc/self/maps");
    private static final Path MEMORY = Path.of("/proc/self/mem");
    /** Arenas of threads start at multiples of this and are no larger. */
    private static final long ARENA = 64 << 20;
    /**
     * Above are the mappings of the kernel's choice; the heap of Java is below, as long as its references are
     * compressed.
     */
    private static final long MAPPINGS = 0x7000_0000_0000L;

    /** Up to 8 KiB the JDK reads by way of the stack, above by memory of malloc, where copies would stay. */
    private static final int BLOCK = 8_000;

    private record Range(long from, long to) {}

    private MallocMemory() {}

    static boolean isReadable() {
        return Files.isReadable(MAPS) && Files.isReadable(MEMORY);
    }

    static boolean holds(byte[] wanted) throws IOException {
        try (RandomAccessFile memory = new RandomAccessFile(MEMORY.toFile(), "r")) {
            for (Range range : ranges()) {
                if (holds(memory, range, wanted)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static List<Range> ranges() throws IOException {
        List<Range> ranges = new ArrayList<>();
        for (String line : Files.readAllLines(MAPS)) {
            String[] fields = line.split("\\s+");
            String[] bounds = fields[0].split("-");
            long from = Long.parseUnsignedLong(bounds[0], 16);
            long to = Long.parseUnsignedLong(bounds[1], 16);
            boolean writable = fields[1].startsWith("rw");
            boolean breakMemory = fields.length > 5 && fields[5].equals("[heap]");
            boolean arena = fields.length == 5 && from >= MAPPINGS && from % ARENA == 0 && to - from <= ARENA;
            if (writable && (breakMemory || arena)) {
                ranges.add(new Range(from, to));
            }
        }
        return ranges;
    }

    private static boolean holds(RandomAccessFile memory, Range range, byte[] wanted) throws IOException {
        byte[] block = new byte[BLOCK + wanted.length];
        for (long at = range.from(); at < range.to(); at += BLOCK) {
            int length = (int) Math.min(block.length, range.to() - at);
            memory.seek(at);
            try {
                memory.readFully(block, 0, length);
            } catch (IOException unmapped) {
                return false; // given back to the system meanwhile
            }
            if (holds(block, length, wanted)) {
                Arrays.fill(block, (byte) 0);
                return true;
            }
        }
        return false;
    }

    private static boolean holds(byte[] block, int length, byte[] wanted) {
        for (int i = 0; i + wanted.length <= length; i++) {
            if (block[i] == wanted[0] && Arrays.equals(block, i, i + wanted.length, wanted, 0, wanted.length)) {
                return true;
            }
        }
        return false;
    }
}
