package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.Identity;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.testkit.OverQuic;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Strangers name addresses of UDP at which nothing is, as many as they like, and a host that looks for them dials those.
 */
@ExtendWith(OverQuic.class)
class DeadAddressesTest {
    private static final int SEEDS = 2;
    private static final int FRIENDS = 3;
    private static final int STRANGERS = 5;
    private static final int ADDRESSES = 40;

    private static TestNode node(World world, String name, String ip) throws IOException {
        return world.node(world.simulation().host(name, ip), host -> {}, World.address(ip));
    }

    private static PeerAddress dead(World world, int stranger) {
        List<Multiaddr> addresses = new ArrayList<>();
        for (int i = 0; i < ADDRESSES; i++) {
            addresses.add(Multiaddr.parse("/ip4/9." + stranger + "." + i + ".1/udp/4001/quic-v1"));
        }
        return PeerAddress.of(
                Identity.generate(world.machine("stranger-" + stranger)).peerId(), addresses);
    }

    /** Makes the friends of a host, who connect to it or to whom it connects, and has it look for strangers. */
    private static void goesOnDialing(boolean inbound) {
        World.underSeeds(SEEDS, world -> {
            TestNode alice = node(world, "alice", "5.6.7.8");
            for (int i = 0; i < FRIENDS; i++) {
                TestNode friend = node(world, "friend-" + i, "91." + i + ".0.1");
                if (inbound) {
                    friend.connect(alice);
                } else {
                    alice.connect(friend);
                }
            }
            for (int i = 0; i < STRANGERS; i++) {
                PeerAddress stranger = dead(world, i);
                assertThatThrownBy(() -> alice.host().connect(stranger)).isInstanceOf(IOException.class);
            }
            assertThat(alice.host().connections())
                    .as("open connections over UDP")
                    .hasSize(FRIENDS);
            TestNode carol = node(world, "carol", "92.7.0.1");
            assertThat(alice.ping(carol)).isPositive();
        });
    }

    @Test
    void aHostWithConnectionsOverUdpGoesOnDialingOverUdp() {
        goesOnDialing(false);
    }

    @Test
    void aHostToWhichOthersHaveConnectedOverUdpGoesOnDialingOverUdp() {
        goesOnDialing(true);
    }
}
