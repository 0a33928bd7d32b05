package libp2p.denylist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import libp2p.ipld.policy.CountedPolicy;
import libp2p.ipld.policy.DeniedException;
import libp2p.multiformats.Cid;
import libp2p.simulator.Simulation;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lists in files, which change. */
class DenylistsTest {
    private static final Cid ONE = Cid.parse("bafybeihvvulpp4evxj7x7armbqcyg6uezzuig6jp3lktpbovlqfkuqeuoq");
    private static final Cid TWO = Cid.parse("QmdWFA9FL52hx3j9EJZPQP1ZUH8Ygi5tLCX2cRDs6knSf8");
    private static final Duration LOOK = Duration.ofSeconds(6);

    @TempDir
    Path folder;

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    /** Writes a file, and gives it a time of its own: tests are faster than some clocks of files. */
    private void change(Path file, String text, int second) throws IOException {
        Files.writeString(file, text);
        Files.setLastModifiedTime(file, FileTime.fromMillis(second * 1000L));
    }

    @Test
    void aListThatChangesIsReadAgain() throws Exception {
        Path file = write("a.deny", "");
        Simulation.run(1, simulation -> {
            try (Denylists lists = Denylists.open(
                    simulation.host("host", "10.0.0.1"), List.of(), List.of(file), DenylistLimits.DEFAULT)) {
                assertThat(lists.block(ONE)).isNull();
                change(file, "/ipfs/" + ONE + "\n", 1);
                simulation.sleep(LOOK);
                assertThat(lists.block(ONE)).isNotNull();
                change(file, "/ipfs/" + ONE + "\n!/ipfs/" + ONE + "\n/ipfs/" + TWO + "/*\n", 2);
                simulation.sleep(LOOK);
                assertThat(lists.block(ONE)).isNull();
                assertThat(lists.block(TWO).line()).isEqualTo(3);
            }
        });
    }

    @Test
    void aListThatCannotBeReadAnyMoreStaysInForce() throws Exception {
        Path file = write("a.deny", "/ipfs/" + ONE);
        Simulation.run(1, simulation -> {
            try (Denylists lists = Denylists.open(
                    simulation.host("host", "10.0.0.1"), List.of(), List.of(file), DenylistLimits.DEFAULT)) {
                change(file, "version: 9\n---\n", 1);
                simulation.sleep(LOOK);
                assertThat(lists.block(ONE)).isNotNull();
                Files.delete(file);
                simulation.sleep(LOOK);
                assertThat(lists.block(ONE)).isNotNull();
                change(file, "# none\n", 2);
                simulation.sleep(LOOK);
                assertThat(lists.block(ONE)).isNull();
            }
        });
    }

    @Test
    void listsOfFoldersComeAndGoAndLaterOnesOverrideEarlierOnes() throws Exception {
        Path lists = folder.resolve("lists");
        Path named = write("named", "");
        Simulation.run(1, simulation -> {
            try (Denylists all = Denylists.open(
                    simulation.host("host", "10.0.0.1"), List.of(lists), List.of(named), DenylistLimits.DEFAULT)) {
                Files.createDirectories(lists);
                Files.writeString(lists.resolve("b.deny"), "!/ipfs/" + ONE);
                Files.writeString(lists.resolve("a.deny"), "/ipfs/" + ONE + "\n/ipfs/" + TWO);
                Files.writeString(lists.resolve("c.txt"), "/ipfs/" + ONE);
                simulation.sleep(LOOK);
                assertThat(all.block(ONE)).isNull();
                assertThat(all.block(TWO).list()).isEqualTo("a.deny");
                assertThat(all.path("ipfs", TWO.toString(), List.of())).isNotNull();
                Files.delete(lists.resolve("b.deny"));
                simulation.sleep(LOOK);
                assertThat(all.block(ONE)).isNotNull();
                change(named, "!/ipfs/" + ONE, 1);
                simulation.sleep(LOOK);
                assertThat(all.block(ONE)).isNull();
            }
        });
    }

    @Test
    void aListThatIsBeingWrittenAgainLiftsNothingMeanwhile() throws Exception {
        Path file = write("a.deny", "/ipfs/" + ONE + "\n/ipfs/" + TWO + "\n");
        Simulation.run(1, simulation -> {
            try (Denylists lists = Denylists.open(
                    simulation.host("host", "10.0.0.1"), List.of(), List.of(file), DenylistLimits.DEFAULT)) {
                simulation.sleep(Duration.ofMillis(4900));
                change(file, "", 1);
                simulation.sleep(Duration.ofMillis(200));
                assertThat(lists.block(ONE)).as("while the file is empty").isNotNull();
                change(file, "/ipfs/" + ONE + "\n", 2);
                simulation.sleep(Duration.ofMillis(500));
                assertThat(lists.block(TWO)).as("while half of it is written").isNotNull();
                change(file, "/ipfs/" + TWO + "\n/ipfs/" + ONE + "\n", 3);
                simulation.sleep(LOOK);
                assertThat(lists.block(TWO).line()).isEqualTo(1);
                change(file, "", 4);
                simulation.sleep(LOOK);
                assertThat(lists.block(ONE)).as("emptied for good").isNull();
            }
        });
    }

    @Test
    void listsOfAFolderThatIsGoneOrEmptyStayInForce() throws Exception {
        Path lists = Files.createDirectory(folder.resolve("lists"));
        Path file = Files.writeString(lists.resolve("a.deny"), "/ipfs/" + ONE);
        Simulation.run(1, simulation -> {
            try (Denylists all = Denylists.open(
                    simulation.host("host", "10.0.0.1"), List.of(lists), List.of(), DenylistLimits.DEFAULT)) {
                Files.delete(file);
                simulation.sleep(LOOK);
                assertThat(all.block(ONE)).as("as after an unmount").isNotNull();
                Files.delete(lists);
                simulation.sleep(LOOK);
                assertThat(all.block(ONE)).isNotNull();
                Files.createDirectory(lists);
                Files.writeString(lists.resolve("b.deny"), "/ipfs/" + TWO);
                simulation.sleep(LOOK);
                assertThat(all.block(ONE)).as("another list is there instead").isNull();
                assertThat(all.block(TWO)).isNotNull();
            }
        });
    }

    @Test
    void aListThatCannotBeReadAtTheStartIsToldWithFileAndLine() throws IOException {
        Path file = write("x.deny", "---\n" + "y".repeat(3 << 20));
        assertThatThrownBy(() -> open(file))
                .isInstanceOf(DenylistException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("line 2");
        assertThatThrownBy(() -> open(folder.resolve("absent"))).hasMessageContaining("there is no such file");
        assertThatThrownBy(() -> open(folder)).isInstanceOf(DenylistException.class);
        assertThatThrownBy(() -> Denylists.open(
                        SystemEnvironment.shared(),
                        List.of(),
                        List.of(file, file),
                        DenylistLimits.DEFAULT.withLists(1)))
                .hasMessageContaining("one of 2 lists, at most 1");
    }

    private static void open(Path file) throws IOException {
        Denylists.open(SystemEnvironment.shared(), List.of(), List.of(file), DenylistLimits.DEFAULT)
                .close();
    }

    @Test
    void denialsAreCountedWhereTheyAreAsked() throws IOException {
        Path file = write("x.deny", "/ipfs/" + ONE);
        try (Denylists lists =
                Denylists.open(SystemEnvironment.shared(), List.of(), List.of(file), DenylistLimits.DEFAULT)) {
            CountedPolicy counted = new CountedPolicy(lists);
            assertThat(counted.allows(TWO)).isTrue();
            assertThat(counted.denials()).isZero();
            assertThatThrownBy(() -> counted.over(cid -> new byte[0]).get(ONE))
                    .isInstanceOf(DeniedException.class)
                    .hasMessage("blocked by the denylist x.deny, line 1");
            assertThatThrownBy(() -> counted.check("ipfs", ONE.toString(), List.of()))
                    .isInstanceOf(DeniedException.class);
            assertThat(counted.denials()).isEqualTo(2);
            assertThat(new CountedPolicy(lists).denials()).isZero();
        }
    }

    @Test
    void listsTakeTheirMemoryTogetherAndOneThatFindsNoRoomIsRefused() throws Exception {
        Path lists = Files.createDirectory(folder.resolve("lists"));
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 300; i++) { // a table of 512 places
            many.append("/ipfs/").append(ONE).append('/').append(i).append('\n');
        }
        long memory = 3L * 512 * RuleTable.PLACE;
        Files.writeString(lists.resolve("a.deny"), many);
        Files.writeString(lists.resolve("b.deny"), many);
        Path third = lists.resolve("c.deny");
        Simulation.run(1, simulation -> {
            try (Denylists all = Denylists.open(
                    simulation.host("host", "10.0.0.1"), List.of(lists), List.of(), DenylistLimits.DEFAULT, memory)) {
                Files.writeString(third, many + "/ipfs/" + TWO + "\n");
                simulation.sleep(LOOK);
                assertThat(all.block(TWO)).as("there is no room for a third").isNull();
                assertThat(all.lists()).hasSize(2);
                Files.writeString(third, "/ipfs/" + TWO + "\n");
                simulation.sleep(LOOK);
                assertThat(all.block(TWO)).isNotNull();
            }
        });
        Files.writeString(third, many);
        assertThatThrownBy(() -> Denylists.open(
                        SystemEnvironment.shared(), List.of(lists), List.of(), DenylistLimits.DEFAULT, memory))
                .isInstanceOf(DenylistException.class)
                .hasMessageContaining("more than the other lists leave");
    }
}
