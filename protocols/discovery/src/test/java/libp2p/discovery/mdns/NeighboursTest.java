package libp2p.discovery.mdns;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.event.HostEvent;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.Identity;
import libp2p.core.identity.PeerId;
import libp2p.discovery.mdns.dns.DnsMessage;
import libp2p.discovery.mdns.dns.DnsName;
import libp2p.discovery.mdns.dns.DnsRecord;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;

class NeighboursTest {
    private static final DnsName SERVICE = DnsName.parse("_p2p._udp.local");
    private static final PeerId SELF = newPeer();
    private static final PeerId BOB = newPeer();
    private static final InetAddress SOURCE = InetAddress.ofLiteral("10.0.0.2");
    private static final long SECOND = 1_000_000_000L;
    private static final MdnsLimits LIMITS = new MdnsLimits(
            1,
            8,
            4,
            3,
            1_400,
            10,
            10,
            Duration.ofMinutes(2),
            Duration.ofMinutes(75),
            Duration.ofMinutes(1),
            Duration.ofSeconds(10),
            1);

    private final Neighbours neighbours = new Neighbours(SERVICE, SELF, LIMITS);

    private static PeerId newPeer() {
        return Identity.generate(SystemEnvironment.shared()).peerId();
    }

    private static DnsMessage answer(String name, long ttl, String... texts) {
        DnsName instance = SERVICE.child(name);
        return DnsMessage.answer(
                List.of(new DnsRecord(SERVICE, false, ttl, new DnsRecord.Pointer(instance))),
                List.of(new DnsRecord(instance, true, ttl, new DnsRecord.Text(List.of(texts)))));
    }

    private static String at(String address, PeerId peer) {
        return "dnsaddr=" + address + "/p2p/" + peer;
    }

    private List<HostEvent> hear(DnsMessage message, long now) {
        return neighbours.received(message, SOURCE, now).changes();
    }

    private static HostEvent found(PeerId peer, String... addresses) {
        return new PeerDiscovered(
                peer, java.util.Arrays.stream(addresses).map(Multiaddr::parse).toList());
    }

    @Test
    void aPeerIsFoundWhenItIsNewOrHasNewAddresses() {
        String one = "/ip4/10.0.0.2/tcp/1";
        String two = "/ip6/fd00::2/udp/2/quic-v1";
        assertThat(hear(answer("a", 120, at(one, BOB)), 0)).containsExactly(found(BOB, one));
        assertThat(hear(answer("a", 120, at(one, BOB)), SECOND)).isEmpty();
        assertThat(hear(answer("a", 120, at(one, BOB), at(two, BOB)), 2 * SECOND))
                .containsExactly(found(BOB, one, two));
        assertThat(neighbours.peers())
                .containsExactly(PeerAddress.of(BOB, List.of(Multiaddr.parse(one), Multiaddr.parse(two))));
    }

    /** A neighbour would have all hosts of a network dial whom it likes. */
    @Test
    void aNeighbourSendsNobodyOutOfTheLocalNetwork() {
        assertThat(hear(answer("a", 120, at("/ip4/8.8.8.8/tcp/1", BOB)), 0)).isEmpty();
        assertThat(hear(answer("b", 120, at("/ip6/2a01:4f8::1/tcp/1", BOB)), 0)).isEmpty();
        assertThat(neighbours.peers()).isEmpty();
        InetAddress open = InetAddress.ofLiteral("91.7.1.2");
        String own = "/ip4/91.7.3.4/tcp/1";
        assertThat(neighbours
                        .received(answer("c", 120, at(own, BOB), at("/ip4/91.8.3.4/tcp/1", BOB)), open, 0)
                        .changes())
                .as("a local network of public addresses")
                .containsExactly(found(BOB, own));
    }

    @Test
    void aPeerExpiresWhenWhatItSaidHoldsNoMore() {
        hear(answer("a", 120, at("/ip4/10.0.0.2/tcp/1", BOB)), 0);
        assertThat(neighbours.next()).as("asked again at four fifths").isEqualTo(96 * SECOND);
        assertThat(neighbours.takeRefresh(96 * SECOND)).isTrue();
        assertThat(neighbours.takeRefresh(96 * SECOND)).isFalse();
        assertThat(neighbours.next()).isEqualTo(102 * SECOND);
        assertThat(neighbours.expire(119 * SECOND)).isEmpty();
        assertThat(neighbours.expire(120 * SECOND)).containsExactly(new PeerExpired(BOB));
        assertThat(neighbours.size()).isZero();
        assertThat(neighbours.next()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void goodbyeEndsItInASecondUnlessItIsTakenBack() {
        DnsMessage hello = answer("a", 120, at("/ip4/10.0.0.2/tcp/1", BOB));
        hear(hello, 0);
        assertThat(hear(answer("a", 0, at("/ip4/10.0.0.2/tcp/1", BOB)), 5 * SECOND))
                .isEmpty();
        assertThat(neighbours.expire(6 * SECOND)).containsExactly(new PeerExpired(BOB));
        hear(hello, 10 * SECOND);
        hear(answer("a", 0), 11 * SECOND);
        hear(hello, 11 * SECOND);
        assertThat(neighbours.expire(60 * SECOND)).isEmpty();
    }

    @Test
    void packetsOverIpv6ThatComeAfterTheGoodbyeOverIpv4AreEndedByTheirOwn() {
        InetAddress ipv6 = InetAddress.ofLiteral("fe80::2");
        DnsMessage hello = answer("a", 120, at("/ip4/10.0.0.2/tcp/1", BOB));
        hear(hello, 0);
        hear(answer("a", 0), 5 * SECOND);
        neighbours.received(hello, ipv6, 5 * SECOND);
        neighbours.received(answer("a", 0), ipv6, 5 * SECOND);
        assertThat(neighbours.expire(6 * SECOND)).containsExactly(new PeerExpired(BOB));
    }

    @Test
    void noOtherMachineTakesBackWhatANeighbourSays() {
        InetAddress other = InetAddress.ofLiteral("10.0.0.66");
        String own = "/ip4/10.0.0.2/tcp/1";
        hear(answer("a", 120, at(own, BOB)), 0);
        neighbours.received(answer("a", 0), other, 5 * SECOND);
        neighbours.received(answer("a", 0, at(own, BOB)), other, 6 * SECOND);
        assertThat(neighbours.expire(8 * SECOND)).as("a goodbye of another").isEmpty();
        neighbours.received(answer("a", 120, at("/ip4/10.0.0.99/tcp/1", BOB)), other, 10 * SECOND);
        assertThat(neighbours.addresses(BOB)).as("a record that replaces").startsWith(Multiaddr.parse(own));
        for (int i = 0; i < 2 * LIMITS.addresses(); i++) {
            neighbours.received(answer("a", 120, at("/ip4/10.0.0.66/tcp/" + i, BOB)), other, 20 * SECOND);
        }
        assertThat(neighbours.addresses(BOB)).startsWith(Multiaddr.parse(own)).hasSize(LIMITS.addresses());
        hear(answer("a", 0), 21 * SECOND);
        neighbours.expire(23 * SECOND);
        assertThat(neighbours.addresses(BOB)).as("its own goodbye").doesNotContain(Multiaddr.parse(own));
    }

    @Test
    void addressesThatOneMachineInventsComeBeforeNoOthers() {
        InetAddress other = InetAddress.ofLiteral("10.0.0.66");
        neighbours.received(answer("x", 120, at("/ip4/10.0.0.99/tcp/1", BOB)), other, 0);
        for (int i = 0; i < LIMITS.addresses(); i++) {
            neighbours.received(answer("a", 120, at("/ip4/10.0.0.66/tcp/" + i, BOB)), other, 0);
        }
        hear(answer("a", 120, at("/ip4/10.0.0.2/tcp/1", BOB)), SECOND);
        assertThat(neighbours.addresses(BOB).subList(0, 2)).contains(Multiaddr.parse("/ip4/10.0.0.2/tcp/1"));
    }

    @Test
    void noNeighbourIsBelievedForLongerThanTheLimit() {
        hear(answer("a", 0xffffffffL, at("/ip4/10.0.0.2/tcp/1", BOB)), 0);
        assertThat(neighbours.expire(Duration.ofMinutes(75).toNanos())).containsExactly(new PeerExpired(BOB));
    }

    @Test
    void anOldAddressGivesWayToNewOnes() {
        hear(answer("a", 4_500, at("/ip4/10.0.0.2/tcp/1", BOB)), 0);
        hear(answer("a", 4_500, at("/ip4/10.0.0.2/tcp/2", BOB)), 5 * SECOND);
        assertThat(neighbours.addresses(BOB)).containsExactly(Multiaddr.parse("/ip4/10.0.0.2/tcp/2"));
    }

    @Test
    void addressesThatLeadNowhereAreNotTaken() {
        assertThat(hear(
                        answer(
                                "a",
                                120,
                                at("/ip4/127.0.0.1/tcp/1", BOB),
                                at("/ip4/0.0.0.0/tcp/1", BOB),
                                at("/ip6/fe80::1/tcp/1", BOB),
                                at("/dns4/example.org/tcp/1", BOB),
                                at("/ip4/10.0.0.2/tcp/1/ws", BOB),
                                at("/ip4/10.0.0.2/tcp/1/p2p/" + newPeer() + "/p2p-circuit", BOB),
                                at("/ip4/10.0.0.2/tcp/1", SELF),
                                "dnsaddr=/ip4/10.0.0.2/tcp/1",
                                "dnsaddr=" + "/ip4".repeat(40),
                                "dnsaddrx=/ip4/10.0.0.2/tcp/1/p2p/" + BOB,
                                "something=else",
                                ""),
                        0))
                .isEmpty();
        assertThat(neighbours.size()).isZero();
        assertThat(hear(answer("a", 120, at("/ip4/10.0.0.2/tcp/1", BOB).replace("dnsaddr", "dnsaddr2")), 0))
                .as("as py-libp2p numbers them")
                .hasSize(1);
    }

    @Test
    void aNameStaysWithItsPeer() {
        hear(answer("a", 120, at("/ip4/10.0.0.2/tcp/1", BOB)), 0);
        PeerId other = newPeer();
        assertThat(hear(answer("a", 120, at("/ip4/10.0.0.3/tcp/1", other)), 0)).isEmpty();
        assertThat(neighbours.addresses(other)).isEmpty();
    }

    @Test
    void aPeerHasNoMoreAddressesThanTheLimit() {
        List<String> texts = new ArrayList<>();
        for (int port = 1; port <= 10; port++) {
            texts.add(at("/ip4/10.0.0.2/tcp/" + port, BOB));
        }
        hear(answer("a", 120, texts.toArray(String[]::new)), 0);
        assertThat(neighbours.addresses(BOB)).hasSize(3);
    }

    @Test
    void whoeverInventsNamesPushesOutItsOwn() {
        for (int i = 0; i < 20; i++) {
            hear(answer("flood-" + i, 120, at("/ip4/10.0.0.2/tcp/1", newPeer())), i);
        }
        assertThat(neighbours.size()).as("of one source").isEqualTo(4);
        InetAddress second = InetAddress.ofLiteral("10.0.0.3");
        for (int i = 0; i < 20; i++) {
            neighbours.received(answer("more-" + i, 120, at("/ip4/10.0.0.3/tcp/1", newPeer())), second, i);
        }
        assertThat(neighbours.size()).isEqualTo(8);
        InetAddress honest = InetAddress.ofLiteral("10.0.0.4");
        List<HostEvent> changes = neighbours
                .received(answer("honest", 120, at("/ip4/10.0.0.4/tcp/1", BOB)), honest, 100)
                .changes();
        assertThat(changes).hasSize(2).last().isEqualTo(found(BOB, "/ip4/10.0.0.4/tcp/1"));
        assertThat(neighbours.size()).isEqualTo(8);
        for (int i = 20; i < 40; i++) {
            hear(answer("flood-" + i, 120, at("/ip4/10.0.0.2/tcp/1", newPeer())), 200 + i);
        }
        assertThat(neighbours.addresses(BOB)).as("is not pushed out").hasSize(1);
    }

    @Test
    void whereTheTableIsFullTheLoudestMakesRoomAndNotTheOneThatWasSilentLongest() {
        String[] sources = {"10.0.0.4", "10.0.0.2", "10.0.0.3", "10.0.0.5"};
        int[] names = {1, 4, 3, 1}; // one more than there is room for
        PeerId late = newPeer();
        for (int i = 0; i < sources.length; i++) {
            for (int j = 0; j < names[i]; j++) {
                PeerId peer = i == 0 ? BOB : i == 3 ? late : newPeer();
                DnsMessage told = answer("of-" + i + "-" + j, 120, at("/ip4/" + sources[i] + "/tcp/1", peer));
                neighbours.received(told, InetAddress.ofLiteral(sources[i]), 10L * i + j);
            }
        }
        assertThat(neighbours.size()).isEqualTo(8);
        assertThat(neighbours.addresses(late)).as("the newcomer").hasSize(1);
        assertThat(neighbours.addresses(BOB)).as("heard before all others").hasSize(1);
    }

    @Test
    void onlyThoseAreCalledKnownOfWhomMoreThanHalfTheTimeIsLeft() {
        hear(answer("a", 120, at("/ip4/10.0.0.2/tcp/1", BOB)), 0);
        assertThat(neighbours.knownAnswers(50 * SECOND, 5))
                .containsExactly(new DnsRecord(SERVICE, false, 70, new DnsRecord.Pointer(SERVICE.child("a"))));
        assertThat(neighbours.knownAnswers(61 * SECOND, 5)).isEmpty();
        assertThat(neighbours.knownAnswers(50 * SECOND, 0)).isEmpty();
    }

    @Test
    void textOfUnknownNamesIsPassedOver() {
        DnsName instance = SERVICE.child("a");
        DnsMessage text = DnsMessage.answer(
                List.of(new DnsRecord(
                        instance, true, 120, new DnsRecord.Text(List.of(at("/ip4/10.0.0.2/tcp/1", BOB))))),
                List.of());
        assertThat(hear(text, 0)).isEmpty();
        hear(answer("a", 120, at("/ip4/10.0.0.2/tcp/2", BOB)), 0);
        assertThat(hear(text, 0)).as("it is known now").hasSize(1);
    }
}
