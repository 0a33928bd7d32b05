package libp2p.node;

import static libp2p.node.Commands.complaint;
import static libp2p.node.Commands.run;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import libp2p.Libp2p;
import libp2p.core.host.Host;
import libp2p.ipns.IpnsName;
import libp2p.protocols.fetch.Fetch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code p2p fetch} with a peer that has values of text and in binary. */
class FetchCommandTest {
    private static final String NAME = "k51qzi5uqu5dgdiba6ijhms6ux5efam9kh9lw09dbnrm21abl1ycgl7zs4eneo";

    @Test
    void valuesArePrintedOrWritten(@TempDir Path folder) throws IOException {
        Fetch fetch = new Fetch();
        fetch.register("/v/", (peer, key) -> "text".getBytes(StandardCharsets.UTF_8));
        fetch.register("/v/no", (peer, key) -> null);
        fetch.register("/v/bad", (peer, key) -> {
            throw new IOException("the disk");
        });
        fetch.register("/ipns/", (peer, key) -> key);
        try (Host host =
                Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").with(fetch).start()) {
            String address = host.fullAddresses().getFirst().toString();
            assertThat(run(0, "fetch", address, "/v/1", "--json"))
                    .contains("{\"event\":\"value\",\"key\":\"/v/1\",\"value\":\"text\"}");
            assertThat(run(0, "fetch", address, "/ipns/" + NAME, "--json"))
                    .contains("\"hex\":\""
                            + java.util.HexFormat.of()
                                    .formatHex(IpnsName.parse(NAME).routingKey()) + "\"");
            Path out = folder.resolve("value");
            assertThat(run(0, "fetch", address, "/v/2", "--out", out.toString()))
                    .contains("4 bytes");
            assertThat(out).hasContent("text");
            assertThat(run(1, "fetch", address, "/v/no", "--json"))
                    .contains("{\"event\":\"not_found\",\"key\":\"/v/no\"}");
            assertThat(complaint(4, "fetch", address, "/v/bad")).contains("could not look the key up");
        }
    }
}
