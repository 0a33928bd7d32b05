package libp2p.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import libp2p.ipld.Block;
import libp2p.multiformats.Multicodec;
import libp2p.node.host.Exit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code p2p dag put --pin} acknowledges what is kept whole. */
class DagPutTest {
    @TempDir
    Path folder;

    private String run(int exit, String... words) {
        return Commands.run(exit, words);
    }

    /** A pin of a value whose links lead nowhere would be acknowledged, and stop every collection afterwards. */
    @Test
    void aValueIsPinnedOnlyWithAllToWhichItLinks() throws Exception {
        String data = folder.resolve("data").toString();
        byte[] below = {1, 2, 3};
        String link = Block.of(Multicodec.RAW, below).cid().toString();
        Path value = Files.writeString(folder.resolve("value.json"), "{\"below\":{\"/\":\"" + link + "\"}}");
        assertThat(run(Exit.FAILED, "dag", "put", "--pin", value.toString(), "--data", data))
                .isEmpty();
        assertThat(run(Exit.DONE, "pin", "ls", "--data", data)).isEmpty();
        run(Exit.DONE, "repo", "gc", "--data", data);

        Path block = Files.write(folder.resolve("block"), below);
        run(Exit.DONE, "block", "put", block.toString(), "--data", data);
        String root =
                run(Exit.DONE, "dag", "put", "--pin", value.toString(), "--data", data).strip();
        assertThat(root).isNotEmpty();
        assertThat(run(Exit.DONE, "pin", "ls", "--data", data)).contains(root);
        run(Exit.DONE, "repo", "gc", "--data", data);
        assertThat(run(Exit.DONE, "cat", link, "--data", data).getBytes(java.nio.charset.StandardCharsets.ISO_8859_1))
                .isEqualTo(below);
    }
}
