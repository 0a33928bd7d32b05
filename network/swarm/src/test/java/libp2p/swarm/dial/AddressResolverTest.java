package libp2p.swarm.dial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import libp2p.core.environment.Deadline;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.Multibase;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.simulator.SimulatedNames;
import libp2p.simulator.Simulation;
import libp2p.swarm.limits.ResolveLimits;
import libp2p.swarm.testing.Peers;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Names whose owner means ill: what {@code /dnsaddr} leads to is written by strangers. */
class AddressResolverTest {
    private static final ResolveLimits LIMITS = ResolveLimits.DEFAULT;

    private interface Question {
        void ask(SimulatedNames names, Resolver resolver) throws Exception;
    }

    private interface Resolver {
        List<Multiaddr> resolve(String address, @Nullable PeerId peer) throws IOException;
    }

    private static void resolving(Question question) {
        Simulation.run(1, simulation -> {
            AddressResolver resolver = new AddressResolver(simulation.host("dialer"), List::of, LIMITS);
            question.ask(
                    simulation.network().names(),
                    (address, peer) -> resolver.resolve(Multiaddr.parse(address), peer, Deadline.NONE));
        });
    }

    @Test
    void followsNamesThroughTheirLevels() {
        resolving((names, resolver) -> {
            names.texts("_dnsaddr.a.example", "dnsaddr=/dnsaddr/b.example", "v=spf1 -all")
                    .texts("_dnsaddr.b.example", "dnsaddr=/dns4/c.example/tcp/4001", "dnsaddr=/ip4/10.0.0.1/tcp/1")
                    .addresses("c.example", "10.0.0.2", "fd00::2");
            assertThat(resolver.resolve("/dnsaddr/a.example", null))
                    .containsExactly(Multiaddr.parse("/ip4/10.0.0.2/tcp/4001"), Multiaddr.parse("/ip4/10.0.0.1/tcp/1"));
        });
    }

    @Test
    void namesThatLeadToThemselvesAreGivenUp() {
        resolving((names, resolver) -> {
            names.texts("_dnsaddr.loop.example", "dnsaddr=/dnsaddr/loop.example");
            assertThatThrownBy(() -> resolver.resolve("/dnsaddr/loop.example", null))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("more than " + LIMITS.depth() + " levels");
        });
    }

    @Test
    void namesThatFanOutAreFollowedUpToTheirBound() {
        resolving((names, resolver) -> {
            for (int i = 0; i < 100; i++) {
                names.texts("_dnsaddr.wide.example", "dnsaddr=/dnsaddr/wide" + i + ".example");
                names.texts("_dnsaddr.wide" + i + ".example", "dnsaddr=/ip4/10.0.0.1/tcp/" + (i + 1));
            }
            assertThat(resolver.resolve("/dnsaddr/wide.example", null)).hasSize(LIMITS.names() - 1);
        });
    }

    @Test
    void aNameThatFailsCostsOnlyWhatIsBehindIt() {
        resolving((names, resolver) -> {
            names.texts(
                            "_dnsaddr.boot.example",
                            "dnsaddr=/dnsaddr/absent.example",
                            "dnsaddr=/dnsaddr/deep.example",
                            "dnsaddr=/dns4/nowhere.example/tcp/4001",
                            "dnsaddr=/ip4/1.1.1.1/udp/4001/quic-v1")
                    .texts("_dnsaddr.deep.example", "dnsaddr=/dnsaddr/deep.example");
            assertThat(resolver.resolve("/dnsaddr/boot.example", null))
                    .containsExactly(Multiaddr.parse("/ip4/1.1.1.1/udp/4001/quic-v1"));
            assertThatThrownBy(() -> resolver.resolve("/dns4/nowhere.example/tcp/4001", null))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("nowhere.example");
        });
    }

    @Test
    void aNameWithManyAddressesIsCut() {
        resolving((names, resolver) -> {
            names.texts(
                    "_dnsaddr.many.example",
                    IntStream.rangeClosed(1, 1000)
                            .mapToObj(port -> "dnsaddr=/ip4/10.0.0.1/tcp/" + port)
                            .toArray(String[]::new));
            assertThat(resolver.resolve("/dnsaddr/many.example", null)).hasSize(LIMITS.addresses());
        });
    }

    @Test
    void recordsOfOtherPeersAreLeftAsideEvenIfTheirIdsAreNone() {
        PeerId wanted = Peers.id(1);
        byte[] noKey = new byte[2 + 100];
        noKey[1] = 100; // an identity multihash that is longer than any key that is inlined
        resolving((names, resolver) -> {
            names.texts(
                    "_dnsaddr.mixed.example",
                    "dnsaddr=/ip4/10.0.0.1/tcp/1/p2p/" + Multibase.BASE58BTC.encodeBare(noKey),
                    "dnsaddr=/ip4/10.0.0.2/tcp/1/p2p/" + Peers.id(2),
                    "dnsaddr=/ip4/10.0.0.3/tcp/1/p2p/" + wanted,
                    "dnsaddr=nonsense");
            assertThat(resolver.resolve("/dnsaddr/mixed.example", wanted))
                    .containsExactly(Multiaddr.parse("/ip4/10.0.0.3/tcp/1"));
        });
    }

    @Test
    void anAddressThatIsTooLongOnceItsNameIsLookedUpIsLeftOut() {
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            parts.add("/dns/" + "n".repeat(250));
        }
        String longest = "/dns6/a/tcp/1" + String.join("", parts);
        resolving((names, resolver) -> {
            names.addresses("a", "fd00::1");
            assertThat(Multiaddr.parse(longest).toBytes()).hasSizeGreaterThan(1010);
            assertThatThrownBy(() -> resolver.resolve(longest, null))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no address found");
        });
    }
}
