package libp2p.ipfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import libp2p.multiformats.Multihash;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file of blocks that were removed and may still be announced. */
class WithdrawalsTest {
    private static final Multihash FIRST = Multihash.sha256(new byte[] {1});
    private static final Multihash SECOND = Multihash.sha256(new byte[] {2});
    private static final Multihash THIRD = Multihash.sha256(new byte[] {3});

    @TempDir
    private Path folder;

    private Path file;
    private Withdrawals withdrawals;

    @BeforeEach
    void begin() throws Exception {
        file = folder.resolve("withdrawn");
        withdrawals = new Withdrawals(file);
        withdrawals.begin();
    }

    @Test
    void notesUntilAllIsTold() throws Exception {
        withdrawals.note(List.of(FIRST, SECOND));
        withdrawals.note(List.of(THIRD));
        assertThat(new Withdrawals(file).noted()).containsExactly(FIRST, SECOND, THIRD);
        withdrawals.clear();
        assertThat(withdrawals.noted()).isEmpty();
        withdrawals.note(List.of(SECOND));
        assertThat(withdrawals.noted()).containsExactly(SECOND);
    }

    /** The process was killed in the middle of a hash; the hashes of the next collection stay readable. */
    @Test
    void aTornEndHidesNothingThatIsNotedLater() throws Exception {
        withdrawals.note(List.of(FIRST, SECOND));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(Files.size(file) - 20);
        }
        Withdrawals next = new Withdrawals(file);
        assertThat(next.noted()).containsExactly(FIRST);
        next.note(List.of(THIRD));
        assertThat(next.noted()).containsExactly(FIRST, THIRD);
    }

    @Test
    void notesNothingBeforeAnythingIsAnnounced() throws Exception {
        Withdrawals before = new Withdrawals(folder.resolve("other"));
        before.note(List.of(FIRST));
        assertThat(before.noted()).isEmpty();
        assertThat(folder.resolve("other")).doesNotExist();
    }
}
