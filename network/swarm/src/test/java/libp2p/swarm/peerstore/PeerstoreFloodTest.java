package libp2p.swarm.peerstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class PeerstoreFloodTest {
    private static String flood(String heap, int peers, int records) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + heap,
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        PeerstoreFlood.class.getName(),
                        String.valueOf(peers),
                        String.valueOf(records)))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    @Test
    void moreAndMorePeersFitIntoASmallHeap() throws Exception {
        assertThat(flood("96m", 200_000, 1000)).contains("records 1000");
    }

    @Test
    @Tag("long")
    void aMillionPeersAndAMillionSignedRecordsFitIntoASmallHeap() throws Exception {
        assertThat(flood("96m", 1_000_000, 1_000_000)).contains("known ");
    }
}
