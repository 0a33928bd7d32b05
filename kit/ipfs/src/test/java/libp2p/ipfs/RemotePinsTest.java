package libp2p.ipfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import libp2p.core.host.PeerAddress;
import libp2p.multiformats.Cid;
import org.junit.jupiter.api.Test;

/** Pins at another peer, for those that it trusts. */
class RemotePinsTest {
    private static final IpfsOptions LOCAL = IpfsOptions.DEFAULT
            .withListen("/ip4/127.0.0.1/tcp/0")
            .withKadPrefix("/test")
            .withPatience(Duration.ofSeconds(20));

    @Test
    void aTrustedPeerPinsAndUnpinsAndOthersDoNot() throws IOException {
        try (IpfsPeer keeper = IpfsPeer.start(Role.MASTER, LOCAL);
                IpfsPeer owner = IpfsPeer.start(Role.LEECHER, LOCAL);
                IpfsPeer stranger = IpfsPeer.start(Role.LEECHER, LOCAL);
                RemotePins pins = RemotePins.serve(keeper)) {
            PeerAddress at = PeerAddress.of(keeper.host().fullAddresses().getFirst());
            pins.trust(owner.host().peerId());
            Cid cid = owner.add(new byte[300_000]);
            RemotePins.add(owner, at, cid);
            assertThat(RemotePins.list(owner, at)).containsExactly(cid);
            keeper.collectGarbage();
            assertThat(keeper.contentByCid(cid.toString())).hasSize(300_000);
            assertThatThrownBy(() -> RemotePins.list(stranger, at)).isInstanceOf(IOException.class);
            RemotePins.remove(owner, at, cid);
            assertThat(RemotePins.list(owner, at)).isEmpty();
            assertThat(keeper.collectGarbage().removed()).isPositive();
            keeper.pin(owner.add(new byte[10]));
            Cid both = owner.add(new byte[10]);
            RemotePins.add(owner, at, both);
            RemotePins.remove(owner, at, both);
            assertThat(keeper.pins().has(both)).as("the keeper wants it too").isTrue();
            pins.distrust(owner.host().peerId());
            assertThatThrownBy(() -> RemotePins.add(owner, at, cid)).isInstanceOf(IOException.class);
        }
    }
}
