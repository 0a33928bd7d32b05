package libp2p.node.host;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Memory into which a part of a program file is mapped.
 *
 * @param from its address
 * @param length in bytes, a multiple of the size of a page
 */
record Mapping(long from, long length) {
    /**
     * Those mappings of which every page in memory is the file's: their pages can be given back and mapped again at any
     * time. A page that was written once, as the linker of the system and the virtual machine do while they load, is
     * the process's own and would be lost. Only the library of the virtual machine and its archives of classes are taken:
     * they are mapped before any Java code runs, and stay as they are. Another library may be loaded or unloaded at any
     * moment; its whole file is mapped first, and its data written into the middle of that.
     *
     * @param lines of {@code /proc/self/smaps}
     */
    static List<Mapping> clean(List<String> lines) {
        List<Mapping> found = new ArrayList<>();
        Mapping current = null;
        for (String line : lines) {
            if (isHead(line)) {
                current = ofProgram(line);
            } else if (current != null && line.startsWith("Anonymous:")) {
                if (line.endsWith(" 0 kB")) {
                    found.add(current);
                }
                current = null;
            }
        }
        return found;
    }

    /** Whether a line begins another mapping; all others begin with a name and a colon. */
    private static boolean isHead(String line) {
        int space = line.indexOf(' ');
        int dash = line.indexOf('-');
        return dash > 0 && dash < space;
    }

    /** Of a line such as {@code 7f30f8000000-7f30f8460000 r-xp 00000000 fe:00 1234   /usr/lib/jvm/lib/libjvm.so}. */
    private static @Nullable Mapping ofProgram(String line) {
        int space = line.indexOf(' ');
        int path = line.indexOf('/');
        boolean isPrivateAndReadOnly = line.length() > space + 4
                && line.charAt(space + 1) == 'r'
                && line.charAt(space + 2) == '-'
                && line.charAt(space + 4) == 'p';
        if (!isPrivateAndReadOnly || path < 0 || !isProgram(line.substring(line.lastIndexOf('/') + 1))) {
            return null;
        }
        int dash = line.indexOf('-');
        long from = Long.parseUnsignedLong(line, 0, dash, 16);
        return new Mapping(from, Long.parseUnsignedLong(line, dash + 1, space, 16) - from);
    }

    private static boolean isProgram(String file) {
        return file.equals("libjvm.so") || file.endsWith(".jsa") || file.endsWith(".aot");
    }
}
