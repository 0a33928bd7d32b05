package libp2p;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host that keeps its key and its peers in a folder. */
class DataDirectoryTest {
    @TempDir
    Path folder;

    private Host host() throws IOException {
        return Libp2p.host().dataDirectory(folder.resolve("data")).start();
    }

    @Test
    void theHostIsTheSameAndKnowsItsPeersAfterARestart() throws IOException {
        try (Host server = Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").start()) {
            PeerId id;
            try (Host host = host()) {
                id = host.peerId();
                host.connect(PeerAddress.of(server.peerId(), server.addresses()));
            }
            try (Host host = host()) {
                assertThat(host.peerId()).isEqualTo(id);
                assertThat(host.peerstore().peers()).contains(server.peerId());
                assertThat(host.connect(PeerAddress.of(server.peerId())).remotePeer())
                        .isEqualTo(server.peerId());
            }
        }
    }

    @Test
    void aSecondHostIsRefusedAndTheFolderIsFreeAfterwards() throws IOException {
        try (Host first = host()) {
            assertThatThrownBy(this::host).isInstanceOf(IOException.class).hasMessageContaining("another process");
            assertThat(first.peerstore().peers()).isEmpty();
        }
        host().close();
    }

    @Test
    void aHostThatCannotListenGivesTheFolderBack() throws IOException {
        assertThatThrownBy(() -> Libp2p.host()
                        .dataDirectory(folder.resolve("data"))
                        .listen("/ip4/203.0.113.1/tcp/1")
                        .start())
                .isInstanceOf(IOException.class);
        host().close();
    }
}
