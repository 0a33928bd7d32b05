package libp2p.ipfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.Pins;
import libp2p.core.environment.Environment;
import libp2p.ipld.Block;
import libp2p.ipld.unixfs.FileImporter;
import libp2p.ipld.unixfs.ImportOptions;
import libp2p.multiformats.Cid;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Others change files of a repository while no node runs: it opens or says which file is wrong, a collection removes
 * nothing that is whole, and no damage goes untold.
 */
class ChangedFilesTest {
    private static final Environment ENVIRONMENT = SystemEnvironment.shared();
    private static final BlockStoreLimits SMALL =
            BlockStoreLimits.DEFAULT.withSegmentBytes(20_000).withUnindexed(20);

    private static final int FLIPS = 2;

    @TempDir
    private Path home;

    private final List<Block> blocks = new ArrayList<>();
    private final List<String> wrong = new ArrayList<>();
    private Path whole;

    /** Changes a file. */
    @FunctionalInterface
    private interface Change {
        void make(Path file) throws IOException;
    }

    @BeforeEach
    void store() throws IOException {
        whole = home.resolve("whole");
        try (Repository repository = Repository.open(ENVIRONMENT, whole, SMALL)) {
            for (int seed = 0; seed < 4; seed++) {
                byte[] data = new byte[20_000];
                new Random(seed).nextBytes(data);
                Cid root = new FileImporter(
                                ImportOptions.V0_2015
                                        .withRawLeaves(true)
                                        .withChunker("size-1000")
                                        .withFileLinks(5),
                                block -> {
                                    blocks.add(block);
                                    repository.blocks().put(block);
                                })
                        .add(new ByteArrayInputStream(data))
                        .cid();
                repository.pins().add(root, Pins.Kind.RECURSIVE, repository.blocks());
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private void attempt(String what, Path file, Change change) throws IOException {
        Path copy = home.resolve("copy");
        copy(whole, copy);
        Path changed = copy.resolve(whole.relativize(file).toString());
        change.make(changed);
        try {
            use(what, copy, changed.toString().endsWith(".blocks"));
        } catch (IOException e) {
            if (!String.valueOf(e.getMessage()).contains(copy.toString())) {
                wrong.add(what + ": names no file: " + e);
            }
        } catch (RuntimeException | AssertionError e) {
            wrong.add(what + ": " + e);
        }
        remove(copy);
    }

    private void use(String what, Path copy, boolean isLog) throws IOException {
        for (int round = 0; round < 2; round++) {
            try (Repository repository = Repository.open(ENVIRONMENT, copy, SMALL)) {
                boolean isTold =
                        !repository.damages().isEmpty() || repository.pins().doubt() != null;
                int missing = 0;
                for (Block block : blocks) {
                    byte[] found = repository.blocks().find(block.cid());
                    if (found == null) {
                        missing++;
                    } else {
                        assertThat(found).isEqualTo(block.data());
                    }
                }
                boolean isSaid = isTold
                        || !repository.damages().isEmpty()
                        || !new Verification(repository).lacks().isEmpty();
                if (missing > 0 && (!isSaid || !isLog)) {
                    wrong.add(what + ": round " + round + ", " + missing + " blocks are missing, told: " + isSaid);
                }
                try {
                    long removed = repository.collectGarbage().removed();
                    if (removed > 0) {
                        wrong.add(what + ": round " + round + ", a collection removed " + removed);
                    }
                } catch (IOException refusal) {
                    if (missing == 0 && repository.pins().doubt() == null) {
                        wrong.add(what + ": round " + round + ", a collection fails: " + refusal);
                    }
                }
                repository.compact();
            }
        }
    }

    @Test
    void everyFileInTurn() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(whole)) {
            files = all.filter(Files::isRegularFile).sorted().toList();
        }
        Random random = new Random(3);
        for (Path file : files) {
            String name = whole.relativize(file).toString();
            int size = (int) Files.size(file);
            for (int i = 0; i < FLIPS && size > 0; i++) {
                int at = random.nextInt(size);
                attempt(name + " of " + size + ", byte " + at, file, changed -> {
                    byte[] bytes = Files.readAllBytes(changed);
                    bytes[at] ^= (byte) (1 << at % 8);
                    Files.write(changed, bytes);
                });
            }
            for (int part : new int[] {0, size / 3, Math.max(0, size - 1)}) {
                attempt(name + " cut to " + part, file, changed -> {
                    byte[] bytes = Files.readAllBytes(changed);
                    Files.write(changed, Arrays.copyOf(bytes, part));
                });
            }
            attempt(name + " removed", file, Files::delete);
            attempt(name + " a folder", file, changed -> {
                Files.delete(changed);
                Files.createDirectory(changed);
            });
            attempt(name + " a link", file, changed -> {
                Path away = changed.resolveSibling(changed.getFileName() + ".away");
                Files.move(changed, away);
                Files.createSymbolicLink(changed, away);
            });
            attempt(name + " a dead link", file, changed -> {
                Files.delete(changed);
                Files.createSymbolicLink(changed, changed.resolveSibling("nowhere/else"));
            });
        }
        assertThat(wrong).isEmpty();
    }
}
