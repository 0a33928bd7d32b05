package libp2p.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import libp2p.Libp2p;
import libp2p.core.host.Host;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.multiaddr.Subnet;
import libp2p.node.host.Exit;
import libp2p.swarm.gate.GaterLists;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GateCommandTest {
    private static final PeerId PEER = PeerId.parse("12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA");

    @TempDir
    Path folder;

    private String data;

    @BeforeEach
    void node() throws Exception {
        data = folder.resolve("data").toString();
        Libp2p.host().dataDirectory(Path.of(data)).start().close();
    }

    @Test
    void whatTheCommandChangesTheNodeKnowsWhenItStarts() throws Exception {
        assertThat(Commands.run(Exit.DONE, "gate", "--data", data))
                .isEqualTo("all peers are allowed\nno peer is blocked\n");
        assertThat(Commands.run(
                        Exit.DONE, "gate", "--data", data, "block", PEER.toString(), "10.0.0.0/8", "2001:db8::1"))
                .isEqualTo("all peers are allowed\nthese are blocked:\n  " + PEER
                        + "\n  10.0.0.0/8\n  2001:db8:0:0:0:0:0:1/128\n");
        Commands.run(Exit.DONE, "gate", "--data", data, "unblock", "10.0.0.0/8");
        Commands.run(Exit.DONE, "gate", "--data", data, "allow", "192.0.2.0/24", "198.51.100.0/24");
        assertThat(Commands.run(Exit.DONE, "gate", "--data", data, "--json", "disallow", "198.51.100.0/24"))
                .isEqualTo("{\"event\":\"gate\",\"allowed\":[\"192.0.2.0/24\"],\"blocked\":[\"" + PEER
                        + "\",\"2001:db8:0:0:0:0:0:1/128\"]}\n");
        assertThat(Commands.complaint(Exit.FAILED, "gate", "--data", data, "disallow", "192.0.2.0/24"))
                .contains("192.0.2.0/24 is the last on the allow list");
        try (Host host = Libp2p.host().dataDirectory(Path.of(data)).start()) {
            GaterLists lists = host.service(GaterLists.class).orElseThrow();
            assertThat(lists.blockedPeers()).containsExactly(PEER);
            assertThat(lists.allowedSubnets()).containsExactly(Subnet.parse("192.0.2.0/24"));
        }
    }

    @Test
    void openEmptiesTheAllowList() throws Exception {
        Commands.run(Exit.DONE, "gate", "--data", data, "allow", "192.0.2.0/24", PEER.toString());
        assertThat(Commands.run(Exit.DONE, "gate", "--data", data, "open"))
                .isEqualTo("all peers are allowed\nno peer is blocked\n");
    }

    @Test
    void aHostThatOffersNoControlKeepsItsListsToItself() throws Exception {
        try (Host host = Libp2p.host().dataDirectory(Path.of(data)).start()) {
            assertThat(Commands.complaint(Exit.FAILED, "gate", "--data", data, "block", PEER.toString()))
                    .contains("another process uses it");
            assertThat(host.service(GaterLists.class).orElseThrow().blockedPeers())
                    .isEmpty();
        }
    }

    @Test
    void mistakesChangeNothing() {
        Commands.run(Exit.USAGE, "gate", "--data", data, "block");
        Commands.run(Exit.USAGE, "gate", "--data", data, "show", "10.0.0.1");
        Commands.run(Exit.USAGE, "gate", "--data", data, "block", "10.0.0.1", "friend");
        Commands.run(Exit.USAGE, "gate", "--data", data, "block", "10.0.0.1/33");
        Commands.run(Exit.FAILED, "gate", "--data", folder.resolve("other").toString(), "block", "10.0.0.1");
        assertThat(folder.resolve("other")).doesNotExist();
        assertThat(Commands.run(Exit.DONE, "gate", "--data", data)).contains("no peer is blocked");
    }
}
