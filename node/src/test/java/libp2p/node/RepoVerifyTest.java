package libp2p.node;

import static libp2p.node.Commands.complaint;
import static libp2p.node.Commands.run;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Random;
import java.util.stream.Stream;
import libp2p.Libp2p;
import libp2p.Limits;
import libp2p.core.host.Host;
import libp2p.node.content.ContentServer;
import libp2p.node.content.DenylistOptions;
import libp2p.node.content.GatewayOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code p2p repo verify}, and collections beside pins that were lost. */
class RepoVerifyTest {
    @TempDir
    Path folder;

    private String data(String name) {
        return folder.resolve(name).toString();
    }

    private Path file(int seed) throws IOException {
        byte[] data = new byte[600_000]; // three leaves and a root
        new Random(seed).nextBytes(data);
        return Files.write(folder.resolve("file-" + seed), data);
    }

    /** The file that the first blocks are in. */
    private Path log(String data) throws IOException {
        try (Stream<Path> all = Files.walk(folder.resolve(data).resolve("content/blocks"))) {
            return all.filter(path -> path.toString().endsWith(".blocks"))
                    .sorted()
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** Turns a bit of the first block. */
    private void damage(String data) throws IOException {
        try (RandomAccessFile log = new RandomAccessFile(log(data).toFile(), "rw")) {
            log.seek(100_000);
            int was = log.read();
            log.seek(100_000);
            log.write(was ^ 1);
        }
    }

    @Test
    void aWholeRepositoryIsVerified() throws IOException {
        run(0, "add", file(1).toString(), "--data", data("a"));
        run(0, "repo", "verify", "--data", data("a"));
        run(0, "repo", "verify", "--heal", "--json", "--data", data("a"));
    }

    @Test
    void aDamagedBlockOfAPinIsToldAndHealedFromAPeer() throws Exception {
        run(0, "add", file(1).toString(), "--data", data("a"));
        run(0, "add", file(1).toString(), "--data", data("b"));
        damage("a");
        assertThat(complaint(1, "repo", "verify", "--data", data("a")))
                .contains("1 blocks are damaged and 1 pins are not whole", "--heal");
        assertThat(complaint(1, "repo", "gc", "--data", data("a")))
                .as("what is below the damaged block cannot be told from what no pin keeps")
                .contains("nothing was removed", "is not here", "remove the pin");
        assertThat(complaint(1, "repo", "verify", "--heal", "--patience", "1", "--data", data("a")))
                .contains("1 pins are not whole", "no peer that was asked");
        var builder = Libp2p.host().dataDirectory(folder.resolve("b"));
        ContentServer.install(
                builder,
                folder.resolve("b"),
                Limits.ofThisMachine(),
                new GatewayOptions(),
                null,
                new DenylistOptions(),
                url -> {});
        try (Host peer = builder.listen("/ip4/127.0.0.1/tcp/0").start()) {
            String address = peer.fullAddresses().getFirst().toString();
            run(0, "repo", "verify", "--heal", "--peer", address, "--data", data("a"));
        }
        run(0, "repo", "verify", "--data", data("a"));
    }

    @Test
    void pinsThatAreRolledBackStopACollectionUntilTheyAreAccepted() throws IOException {
        String data = data("a");
        Path pins = folder.resolve("a/content/pins");
        run(0, "add", file(1).toString(), "--data", data);
        Path older = Files.copy(pins, folder.resolve("older"));
        run(0, "add", file(2).toString(), "--data", data);
        Files.copy(older, pins, StandardCopyOption.REPLACE_EXISTING);
        assertThat(complaint(1, "repo", "gc", "--data", data))
                .contains("nothing was removed", "1 are there", "2 should be");
        assertThat(complaint(1, "repo", "verify", "--data", data)).contains("--accept-pins");
        Files.delete(pins);
        assertThat(complaint(1, "repo", "gc", "--data", data)).contains("nothing was removed", "0 are there");
        run(0, "add", file(1).toString(), "--data", data);
        run(0, "add", file(2).toString(), "--data", data);
        run(0, "repo", "gc", "--data", data); // all pins are there again
        Files.copy(older, pins, StandardCopyOption.REPLACE_EXISTING);
        run(0, "repo", "verify", "--accept-pins", "--data", data);
        run(0, "repo", "gc", "--data", data);
        run(0, "repo", "verify", "--data", data);
    }

    private Path content(String data, String name) {
        return folder.resolve(data).resolve("content").resolve(name);
    }

    private void swap(Path one, Path other) throws IOException {
        Path aside = folder.resolve("aside");
        Files.move(one, aside);
        Files.move(other, one);
        Files.move(aside, other);
    }

    @Test
    void pinsOfAnotherStoreAreToldAndTheCuresThatAreNamedHelp() throws IOException {
        run(0, "add", file(1).toString(), "--data", data("a"));
        String other =
                run(0, "add", "-Q", file(2).toString(), "--data", data("b")).strip();
        swap(content("a", "pins"), content("b", "pins"));
        String pins = content("a", "pins").toString();
        assertThat(complaint(1, "repo", "gc", "--data", data("a")))
                .contains("nothing was removed", "datastore " + pins + " and", "different stores", "--accept-pins");
        assertThat(complaint(1, "repo", "verify", "--data", data("a")))
                .contains("datastore " + pins + " and", "different stores", "put the file back", "--accept-pins");
        swap(content("a", "pins"), content("b", "pins"));
        run(0, "repo", "gc", "--data", data("a"));
        run(0, "repo", "gc", "--data", data("b"));
        swap(content("a", "pins"), content("b", "pins"));
        run(0, "add", file(1).toString(), "--data", data("a")); // as it is said
        assertThat(complaint(1, "repo", "verify", "--accept-pins", "--data", data("a")))
                .as("of a pin of the other store")
                .contains("1 pins are not whole");
        assertThat(complaint(1, "repo", "gc", "--data", data("a"))).contains("nothing was removed", other);
        run(0, "pin", "rm", other, "--data", data("a"));
        run(0, "repo", "gc", "--data", data("a"));
    }

    @Test
    void olderPinsAreToldAsSuch() throws IOException {
        run(0, "add", file(1).toString(), "--data", data("a"));
        Path older = Files.copy(content("a", "pins"), folder.resolve("older"));
        run(0, "add", file(2).toString(), "--data", data("a"));
        Files.copy(older, content("a", "pins"), StandardCopyOption.REPLACE_EXISTING);
        assertThat(complaint(1, "repo", "verify", "--data", data("a")))
                .contains("datastore " + content("a", "pins") + " is an older copy", "--accept-pins");
    }

    /** Before, the pins were removed, as an index of a former version is. */
    @Test
    void pinsAndIndexThatWereSwappedAreToldAndNothingIsLost() throws IOException {
        run(0, "add", file(1).toString(), "--data", data("a"));
        Path pins = content("a", "pins");
        Path index = content("a", "index");
        swap(pins, index);
        assertThat(complaint(1, "repo", "verify", "--data", data("a")))
                .contains(index.toString(), "no index of blocks", "swapped with another file");
        Path aside = Files.move(index, folder.resolve("kept"));
        assertThat(complaint(1, "repo", "gc", "--data", data("a")))
                .contains(pins.toString(), "no pins", "move it", "--accept-pins");
        assertThat(complaint(1, "repo", "verify", "--accept-pins", "--data", data("a")))
                .contains(pins.toString(), "no pins", "move it");
        assertThat(complaint(1, "add", file(2).toString(), "--data", data("a"))).contains("pins cannot be changed");
        Files.move(aside, pins, StandardCopyOption.REPLACE_EXISTING);
        run(0, "repo", "gc", "--data", data("a"));
        run(0, "repo", "verify", "--data", data("a"));
        swap(pins, index); // the cure that moves away
        Files.delete(index);
        Files.delete(pins);
        run(0, "add", file(1).toString(), "--data", data("a"));
        run(0, "repo", "verify", "--accept-pins", "--data", data("a"));
        run(0, "repo", "gc", "--data", data("a"));
        run(0, "repo", "verify", "--data", data("a"));
    }
}
