package libp2p.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import libp2p.core.testing.SourceTree;
import org.junit.jupiter.api.Test;

/** The subject of a sentence is a peer, a thread, a caller: a word that says who it is. */
class SubjectsTest {
    private static final Pattern WORD = Pattern.compile("\\b([Ss]ome|[Nn]o|[Ee]very)body\\b|\\b[Ww]hoever\\b");
    private static final Set<String> NOT_OURS =
            Set.of("build", "target", "node_modules", ".git", "vectors", "__pycache__");
    private static final Set<String> SOURCES =
            Set.of("java", "md", "xml", "py", "sh", "go", "rs", "ts", "js", "mjs", "kt", "json", "");
    private static final int LARGEST = 1 << 20;
    private static final Path ROOT = SourceTree.root();

    @Test
    void proseAndCommentsNameTheirSubject() throws IOException {
        List<String> found = new ArrayList<>();
        int[] read = new int[1];
        Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                return NOT_OURS.contains(folder.getFileName().toString())
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                String name = file.getFileName().toString();
                String ending = name.contains(".") ? name.substring(name.lastIndexOf('.') + 1) : "";
                if (attributes.isRegularFile() && attributes.size() < LARGEST && SOURCES.contains(ending)) {
                    read[0]++;
                    look(file, found);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        assertThat(found).isEmpty();
        assertThat(read[0]).isGreaterThan(2_000);
    }

    private static void look(Path file, List<String> found) throws IOException {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (MalformedInputException e) {
            return; // a program, no text
        }
        for (int i = 0; i < lines.size(); i++) {
            if (WORD.matcher(lines.get(i)).find()) {
                found.add(ROOT.relativize(file) + ":" + (i + 1) + ": "
                        + lines.get(i).strip());
            }
        }
    }
}
