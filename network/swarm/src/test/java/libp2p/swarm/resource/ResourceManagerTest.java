package libp2p.swarm.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.List;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.resource.Direction;
import libp2p.core.resource.LimitExceededException;
import libp2p.core.resource.Reservation;
import libp2p.core.resource.ResourceScope;
import libp2p.core.resource.ScopeUsage;
import libp2p.core.resource.StreamScope;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Subnet;
import libp2p.swarm.testing.Peers;
import libp2p.system.SystemEnvironment;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ResourceManagerTest {
    private static final Multiaddr REMOTE = Multiaddr.parse("/ip4/5.6.7.8/tcp/4001");
    private static final String PEER_1 = "peer:" + Peers.id(1);
    private static final ScopeUsage ONE_INBOUND_CONNECTION = new ScopeUsage(1, 0, 1, 0, 0, 0);
    private static final ScopeUsage ONE_OUTBOUND_STREAM = new ScopeUsage(0, 0, 0, 0, 1, 0);

    private static CountingResourceManager manager(ResourceLimits limits) {
        return new CountingResourceManager(SystemEnvironment.shared(), limits);
    }

    private static ResourceLimits limit(ScopeKind kind, Resource resource, long value) {
        return ResourceLimits.unlimited().with(kind, ScopeLimit.UNLIMITED.with(resource, value));
    }

    private static LimitExceededException refusal(ThrowingCallable call) {
        return catchThrowableOfType(LimitExceededException.class, call);
    }

    @Test
    void chargesAConnectionFirstToTheTransientScopeThenToItsPeer() throws Exception {
        CountingResourceManager manager = manager(ResourceLimits.unlimited());
        ConnectionScope connection = manager.openConnection(Direction.INBOUND, true, REMOTE);
        assertThat(manager.usage())
                .hasToString("{system=" + ONE_INBOUND_CONNECTION + ", transient=" + ONE_INBOUND_CONNECTION + "}");
        connection.setPeer(Peers.id(1));
        connection.setPeer(Peers.id(1));
        assertThat(manager.usage())
                .hasToString("{" + PEER_1 + "=" + ONE_INBOUND_CONNECTION + ", system=" + ONE_INBOUND_CONNECTION + "}");
        assertThat(connection.name()).isEqualTo("conn-1");
        assertThatThrownBy(() -> connection.setPeer(Peers.id(2))).isInstanceOf(IllegalStateException.class);
        connection.close();
        connection.close();
        assertThat(manager.usage()).isEmpty();
        assertThat(manager.scopes()).isZero();
    }

    @Test
    void chargesAStreamToEveryScopeItBelongsTo() throws Exception {
        CountingResourceManager manager = manager(ResourceLimits.unlimited());
        StreamScope stream = manager.openStream(Peers.id(1), Direction.OUTBOUND);
        assertThat(manager.usage().keySet()).containsExactly(PEER_1, "system", "transient", "transient." + PEER_1);
        assertThatThrownBy(() -> stream.setService("files")).isInstanceOf(IllegalStateException.class);
        stream.setProtocol("/echo/1");
        assertThat(manager.usage().keySet())
                .containsExactly(PEER_1, "protocol:/echo/1", "protocol:/echo/1." + PEER_1, "system");
        stream.setService("files");
        Reservation memory = stream.reserve(100, Reservation.LOW);
        assertThat(manager.usage().keySet())
                .containsExactly(
                        PEER_1,
                        "protocol:/echo/1",
                        "protocol:/echo/1." + PEER_1,
                        "service:files",
                        "service:files." + PEER_1,
                        "system");
        ScopeUsage all = new ScopeUsage(0, 0, 0, 0, 1, 100);
        assertThat(manager.usage().values()).allMatch(all::equals);
        assertThat(manager.service("files").usage()).isEqualTo(all);
        assertThat(manager.protocol("/echo/1").usage()).isEqualTo(all);
        assertThat(manager.peer(Peers.id(1)).usage()).isEqualTo(all);
        assertThat(manager.system().usage()).isEqualTo(all);
        assertThat(stream.usage()).isEqualTo(all);
        assertThat(stream.name()).isEqualTo("stream-1");
        memory.close();
        assertThat(manager.usage().values()).allMatch(ONE_OUTBOUND_STREAM::equals);
        stream.close();
        assertThat(manager.usage()).isEmpty();
        assertThat(manager.scopes()).isZero();
        assertThat(manager.peer(Peers.id(1)).usage()).isEqualTo(ScopeUsage.EMPTY);
    }

    @Test
    void aRefusalNamesScopeLimitValueAndSideAndIsCounted() throws Exception {
        CountingResourceManager manager = manager(limit(ScopeKind.PEER, Resource.STREAMS_INBOUND, 2));
        manager.openStream(Peers.id(1), Direction.INBOUND);
        manager.openStream(Peers.id(1), Direction.INBOUND);
        LimitExceededException refused = refusal(() -> manager.openStream(Peers.id(1), Direction.INBOUND));
        assertThat(refused.scope()).isEqualTo(PEER_1);
        assertThat(refused.limit()).isEqualTo("streamsInbound");
        assertThat(refused.value()).isEqualTo(3);
        assertThat(refused.maximum()).isEqualTo(2);
        assertThat(refused.side()).isEqualTo(LimitExceededException.Side.LOCAL);
        assertThat(refused).hasMessage("limit exceeded: streamsInbound of " + PEER_1 + " would be 3, at most 2");
        manager.openStream(Peers.id(1), Direction.OUTBOUND).close();
        manager.openStream(Peers.id(2), Direction.INBOUND).close();
        assertThat(manager.refusals()).hasToString("{peer.streamsInbound=1}");
        assertThat(manager.lastRefusals())
                .hasSize(1)
                .allMatch(last -> last.scope().equals(PEER_1)
                        && last.resource() == Resource.STREAMS_INBOUND
                        && last.value() == 3
                        && last.maximum() == 2);
    }

    @Test
    void theLastRefusalsAreBounded() throws Exception {
        CountingResourceManager manager = manager(limit(ScopeKind.SYSTEM, Resource.STREAMS, 0));
        for (int i = 0; i < 1000; i++) {
            int peer = i;
            refusal(() -> manager.openStream(Peers.id(peer), Direction.INBOUND));
        }
        assertThat(manager.lastRefusals()).hasSize(64);
        assertThat(manager.refusals()).containsEntry("system.streams", 1000L);
        assertThat(manager.scopes()).as("refused peers are not remembered").isZero();
    }

    @Test
    void everyLimitOfConnectionsIsKept() throws Exception {
        for (Resource resource : List.of(
                Resource.CONNECTIONS,
                Resource.CONNECTIONS_INBOUND,
                Resource.CONNECTIONS_OUTBOUND,
                Resource.DESCRIPTORS)) {
            for (ScopeKind kind : List.of(ScopeKind.SYSTEM, ScopeKind.TRANSIENT)) {
                CountingResourceManager manager = manager(limit(kind, resource, 3));
                int in = 0;
                int out = 0;
                for (int i = 0; i < 5; i++) {
                    in += refusal(() -> manager.openConnection(Direction.INBOUND, true, REMOTE)) == null ? 1 : 0;
                    out += refusal(() -> manager.openConnection(Direction.OUTBOUND, false, REMOTE)) == null ? 1 : 0;
                }
                String taken = in + "+" + out;
                switch (resource) {
                    case CONNECTIONS -> assertThat(taken).isEqualTo("2+1");
                    case CONNECTIONS_OUTBOUND -> assertThat(taken).isEqualTo("5+3");
                    default -> assertThat(taken).isEqualTo("3+5");
                }
                assertThat(manager.refusals().keySet()).containsExactly(kind + "." + resource);
            }
        }
    }

    @Test
    void aRefusedMoveChangesNothing() throws Exception {
        CountingResourceManager manager = manager(limit(ScopeKind.PEER, Resource.MEMORY, 150));
        ConnectionScope first = manager.openConnection(Direction.INBOUND, false, REMOTE);
        ConnectionScope second = manager.openConnection(Direction.INBOUND, false, REMOTE);
        first.reserve(100, Reservation.ALWAYS);
        Reservation memory = second.reserve(100, Reservation.ALWAYS);
        first.setPeer(Peers.id(1));
        String before = manager.usage().toString();
        LimitExceededException refused = refusal(() -> second.setPeer(Peers.id(1)));
        assertThat(refused.scope()).isEqualTo(PEER_1);
        assertThat(refused.limit()).isEqualTo("memory");
        assertThat(refused.value()).isEqualTo(200);
        assertThat(manager.usage()).hasToString(before);
        memory.shrink(60);
        second.setPeer(Peers.id(1));
        assertThat(manager.usage().keySet()).containsExactly(PEER_1, "system");
    }

    @Test
    void aRefusedProtocolLeavesTheStreamTransientAndNoScopeBehind() throws Exception {
        CountingResourceManager manager = manager(limit(ScopeKind.PROTOCOL, Resource.STREAMS, 0));
        StreamScope stream = manager.openStream(Peers.id(1), Direction.INBOUND);
        LimitExceededException refused = refusal(() -> stream.setProtocol("/a"));
        assertThat(refused.scope()).isEqualTo("protocol:/a");
        assertThat(manager.usage().keySet()).containsExactly(PEER_1, "system", "transient", "transient." + PEER_1);
        assertThat(manager.scopes()).isEqualTo(2);
        stream.close();
        assertThat(manager.scopes()).isZero();
    }

    @Test
    void aPeerHasOnlyAShareOfTheStreamsWhoseProtocolIsNotKnown() throws Exception {
        CountingResourceManager manager = manager(limit(ScopeKind.TRANSIENT, Resource.STREAMS_INBOUND, 4)
                .with(ScopeKind.TRANSIENT_PEER, ScopeLimit.UNLIMITED.with(Resource.STREAMS_INBOUND, 3)));
        StreamScope first = manager.openStream(Peers.id(1), Direction.INBOUND);
        manager.openStream(Peers.id(1), Direction.INBOUND);
        manager.openStream(Peers.id(1), Direction.INBOUND);
        assertThat(refusal(() -> manager.openStream(Peers.id(1), Direction.INBOUND)))
                .hasMessage("limit exceeded: streamsInbound of transient." + PEER_1 + " would be 4, at most 3");
        manager.openStream(Peers.id(1), Direction.OUTBOUND).close();
        manager.openStream(Peers.id(2), Direction.INBOUND).close();
        first.setProtocol("/a");
        manager.openStream(Peers.id(1), Direction.INBOUND);
        assertThat(manager.refusals()).hasToString("{transientPeer.streamsInbound=1}");
    }

    @Test
    void peersThatTakeAllTheStreamsTheyCanLeaveSomeForTheNext() throws Exception {
        CountingResourceManager manager = manager(limit(ScopeKind.TRANSIENT, Resource.STREAMS_INBOUND, 128)
                .with(ScopeKind.TRANSIENT_PEER, ScopeLimit.UNLIMITED.with(Resource.STREAMS_INBOUND, 96)));
        for (int peers = 1; peers <= 4; peers++) { // each takes what it gets, after those who were there before
            int peer = peers;
            assertThatThrownBy(() -> {
                        while (true) {
                            manager.openStream(Peers.id(peer), Direction.INBOUND);
                        }
                    })
                    .isInstanceOf(LimitExceededException.class)
                    .hasMessageContaining("transient.peer:" + Peers.id(peer));
        }
        int free = 128 - manager.usage().get("transient").streamsInbound();
        assertThat(free).isPositive();
        for (int i = 0; i < 1000; i++) { // an honest peer names the protocol at once
            StreamScope stream = manager.openStream(Peers.id(9), Direction.INBOUND);
            stream.setProtocol("/a");
        }
    }

    @Test
    void limitsOfProtocolAndServicePerPeerAreKept() throws Exception {
        CountingResourceManager manager = manager(limit(ScopeKind.PROTOCOL_PEER, Resource.STREAMS, 1)
                .with(ScopeKind.SERVICE_PEER, ScopeLimit.UNLIMITED.with(Resource.STREAMS, 1)));
        StreamScope first = manager.openStream(Peers.id(1), Direction.INBOUND);
        first.setProtocol("/a");
        first.setService("s");
        StreamScope second = manager.openStream(Peers.id(1), Direction.INBOUND);
        assertThat(refusal(() -> second.setProtocol("/a")).scope()).isEqualTo("protocol:/a." + PEER_1);
        second.setProtocol("/b");
        assertThat(refusal(() -> second.setService("s")).scope()).isEqualTo("service:s." + PEER_1);
        StreamScope other = manager.openStream(Peers.id(2), Direction.INBOUND);
        other.setProtocol("/a");
        other.setService("s");
        first.close();
        second.setService("s");
    }

    @Test
    void singleScopesCanHaveLimitsOfTheirOwn() throws Exception {
        CountingResourceManager manager = manager(limit(ScopeKind.PEER, Resource.STREAMS, 1)
                .with(ScopeKind.PEER, Peers.id(7).toString(), ScopeLimit.UNLIMITED)
                .with(ScopeKind.PROTOCOL, "/rare", ScopeLimit.UNLIMITED.with(Resource.STREAMS, 1)));
        manager.openStream(Peers.id(7), Direction.INBOUND).setProtocol("/rare");
        StreamScope second = manager.openStream(Peers.id(7), Direction.INBOUND);
        assertThat(refusal(() -> second.setProtocol("/rare")).scope()).isEqualTo("protocol:/rare");
        second.setProtocol("/common");
        manager.openStream(Peers.id(8), Direction.INBOUND);
        assertThat(refusal(() -> manager.openStream(Peers.id(8), Direction.INBOUND)))
                .isNotNull();
    }

    @Test
    void memoryThatIsTriedForIsChargedOrRefusedAndCountedWithoutAnException() throws Exception {
        CountingResourceManager manager = manager(limit(ScopeKind.SYSTEM, Resource.MEMORY, 100));
        StreamScope stream = manager.openStream(Peers.id(1), Direction.INBOUND);
        Reservation memory = stream.reserve(0, Reservation.ALWAYS);
        assertThat(memory.tryGrow(60, Reservation.ALWAYS)).isTrue();
        assertThat(memory.tryGrow(41, Reservation.ALWAYS)).isFalse();
        assertThat(memory.bytes()).isEqualTo(60);
        assertThat(manager.refusals()).hasToString("{system.memory=1}");
        stream.close();
        assertThat(memory.tryGrow(1, Reservation.ALWAYS)).isFalse();
        assertThat(manager.refusals()).as("a closed scope has no limit").hasToString("{system.memory=1}");
    }

    @Test
    void memoryOfLowPriorityIsRefusedEarlier() throws Exception {
        CountingResourceManager manager = manager(limit(ScopeKind.SYSTEM, Resource.MEMORY, 1024));
        ResourceScope system = manager.system();
        assertThat(refusal(() -> system.reserve(257, Reservation.LOW)).maximum())
                .isEqualTo(256);
        system.reserve(256, Reservation.LOW);
        assertThat(refusal(() -> system.reserve(1, Reservation.LOW)).value()).isEqualTo(257);
        system.reserve(256, Reservation.MEDIUM);
        assertThat(refusal(() -> system.reserve(1, Reservation.MEDIUM)).maximum())
                .isEqualTo(512);
        system.reserve(512, Reservation.ALWAYS);
        assertThat(refusal(() -> system.reserve(1, Reservation.ALWAYS)).maximum())
                .isEqualTo(1024);
        assertThat(refusal(() -> system.reserve(Long.MAX_VALUE, Reservation.ALWAYS))
                        .value())
                .as("saturates")
                .isEqualTo(Long.MAX_VALUE);
        system.reserve(0, Reservation.LOW);
        assertThat(manager.usage()).containsEntry("system", new ScopeUsage(0, 0, 0, 0, 0, 1024));
    }

    @Test
    void theThresholdOfAPriorityIsExactForLargeAndSmallLimits() {
        assertThat(ScopeCounters.threshold(Long.MAX_VALUE, 255)).isEqualTo(Long.MAX_VALUE);
        assertThat(ScopeCounters.threshold(Long.MAX_VALUE, 127)).isEqualTo(Long.MAX_VALUE / 2);
        assertThat(ScopeCounters.threshold(255, 127)).isEqualTo(127);
        assertThat(ScopeCounters.threshold(10, 0)).isZero();
        assertThat(ScopeCounters.threshold(1000, 63)).isEqualTo(250);
    }

    @Test
    void aReservationIsRefusedWithTheOwnLimitOfItsStream() throws Exception {
        CountingResourceManager manager = manager(limit(ScopeKind.STREAM, Resource.MEMORY, 100));
        StreamScope stream = manager.openStream(Peers.id(1), Direction.INBOUND);
        Reservation memory = stream.reserve(60, Reservation.ALWAYS);
        assertThat(refusal(() -> memory.grow(41, Reservation.ALWAYS)).scope()).isEqualTo("stream-1");
        assertThat(memory.bytes()).isEqualTo(60);
        memory.grow(40, Reservation.ALWAYS);
        memory.shrink(100);
        assertThat(memory.bytes()).isZero();
        assertThatThrownBy(() -> memory.shrink(1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> memory.grow(-1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> memory.grow(1, 256)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void closingAScopeGivesItsReservationsBackOnce() throws Exception {
        CountingResourceManager manager = manager(ResourceLimits.unlimited());
        StreamScope stream = manager.openStream(Peers.id(1), Direction.INBOUND);
        Reservation memory = stream.reserve(60, Reservation.ALWAYS);
        stream.close();
        assertThat(manager.usage()).isEmpty();
        memory.shrink(10);
        memory.close();
        memory.close();
        assertThat(manager.usage()).isEmpty();
        assertThat(refusal(() -> memory.grow(1, Reservation.ALWAYS)).scope()).contains("closed");
        assertThat(refusal(() -> stream.reserve(1, Reservation.ALWAYS)).scope()).contains("closed");
        stream.setProtocol("/late");
        assertThat(manager.scopes()).isZero();
    }

    @Test
    void aViewOfAScopeStaysRightWhileTheScopeComesAndGoes() throws Exception {
        CountingResourceManager manager = manager(limit(ScopeKind.PEER, Resource.MEMORY, 100));
        ResourceScope peer = manager.peer(Peers.id(1));
        Reservation early = peer.reserve(10, Reservation.ALWAYS);
        early.shrink(10);
        manager.openStream(Peers.id(1), Direction.INBOUND).close();
        early.grow(70, Reservation.ALWAYS);
        StreamScope stream = manager.openStream(Peers.id(1), Direction.INBOUND);
        assertThat(refusal(() -> stream.reserve(31, Reservation.ALWAYS)).scope())
                .as("both charge the same scope")
                .isEqualTo(PEER_1);
        stream.close();
        early.close();
        assertThat(manager.scopes()).isZero();
        assertThat(peer.name()).isEqualTo(PEER_1);
        assertThat(refusal(() -> peer.reserve(101, Reservation.ALWAYS)).scope()).isEqualTo(PEER_1);
        assertThat(manager.scopes()).as("a refused reservation leaves nothing").isZero();
        Reservation shared = manager.protocol("/a").reserve(5, Reservation.ALWAYS);
        Reservation service = manager.service("s").reserve(6, Reservation.ALWAYS);
        assertThat(manager.usage())
                .hasToString("{protocol:/a=" + new ScopeUsage(0, 0, 0, 0, 0, 5) + ", service:s="
                        + new ScopeUsage(0, 0, 0, 0, 0, 6) + ", system=" + new ScopeUsage(0, 0, 0, 0, 0, 11) + "}");
        shared.close();
        service.close();
        assertThat(manager.scopes()).isZero();
    }

    @Test
    void theAllowListGetsInWhenTheSystemIsFull() throws Exception {
        Multiaddr friend = Multiaddr.parse("/ip4/10.1.2.3/tcp/1");
        CountingResourceManager manager = manager(limit(ScopeKind.SYSTEM, Resource.CONNECTIONS, 1)
                .with(ScopeKind.ALLOWLISTED_SYSTEM, ScopeLimit.UNLIMITED.with(Resource.CONNECTIONS, 2))
                .withAllowed(new AllowList.Entry(Subnet.parse("10.0.0.0/8"), Peers.id(1))));
        ConnectionScope stranger = manager.openConnection(Direction.INBOUND, false, REMOTE);
        ConnectionScope first = manager.openConnection(Direction.INBOUND, false, friend);
        ConnectionScope second = manager.openConnection(Direction.INBOUND, false, friend);
        assertThat(refusal(() -> manager.openConnection(Direction.INBOUND, false, friend))
                        .scope())
                .isEqualTo("allowlistedSystem");
        assertThat(refusal(() -> manager.openConnection(Direction.INBOUND, false, REMOTE))
                        .scope())
                .isEqualTo("system");
        first.setPeer(Peers.id(1));
        assertThat(manager.usage().keySet())
                .containsExactly("allowlistedSystem", "allowlistedTransient", PEER_1, "system", "transient");
        assertThat(refusal(() -> second.setPeer(Peers.id(2))).scope())
                .as("the address alone does not help")
                .isEqualTo("system");
        stranger.close();
        second.setPeer(Peers.id(2));
        assertThat(manager.usage().get("allowlistedSystem").connectionsInbound())
                .isEqualTo(1);
        assertThat(manager.usage().get("system").connectionsInbound()).isEqualTo(1);
        first.close();
        second.close();
        assertThat(manager.usage()).isEmpty();
    }

    @Test
    void aFalseFriendDoesNotGetAroundTheTransientScope() throws Exception {
        Multiaddr friend = Multiaddr.parse("/ip4/10.1.2.3/tcp/1");
        CountingResourceManager manager = manager(limit(ScopeKind.TRANSIENT, Resource.CONNECTIONS, 1)
                .withAllowed(new AllowList.Entry(Subnet.parse("10.0.0.0/8"), Peers.id(1))));
        ConnectionScope stranger = manager.openConnection(Direction.INBOUND, false, REMOTE);
        ConnectionScope second = manager.openConnection(Direction.INBOUND, false, friend);
        assertThat(refusal(() -> second.setPeer(Peers.id(2))).scope()).isEqualTo("transient");
        stranger.close();
        second.setPeer(Peers.id(2));
    }

    /** A place of the allow list is for the subnet, not for all places to which its peer may move. */
    @Test
    void aFriendThatMovesOutOfItsSubnetHasToFindRoomAmongTheOthers() throws Exception {
        Multiaddr elsewhere = Multiaddr.parse("/ip4/5.6.7.9/udp/1/quic-v1");
        CountingResourceManager manager = manager(limit(ScopeKind.SYSTEM, Resource.CONNECTIONS, 1)
                .withAddresses(new AddressLimits(List.of(new AddressLimits.Rule(32, 56, 1, 1000, 1000)), 100))
                .withAllowed(new AllowList.Entry(Subnet.parse("10.0.0.0/8"), Peers.id(1))));
        ConnectionScope stranger = manager.openConnection(Direction.INBOUND, false, REMOTE);
        ConnectionScope friend =
                manager.openConnection(Direction.INBOUND, false, Multiaddr.parse("/ip4/10.1.2.3/udp/1/quic-v1"));
        friend.setPeer(Peers.id(1));
        friend.setRemote(Multiaddr.parse("/ip4/10.4.5.6/udp/1/quic-v1"));
        assertThat(manager.usage().get("allowlistedSystem").connectionsInbound())
                .as("within its subnet")
                .isEqualTo(1);
        assertThat(refusal(() -> friend.setRemote(elsewhere)).scope()).isEqualTo("system");
        assertThat(manager.usage().get("allowlistedSystem").connectionsInbound())
                .isEqualTo(1);
        stranger.close();
        friend.setRemote(elsewhere); // where the refused move has left no charge
        assertThat(manager.usage()).doesNotContainKey("allowlistedSystem");
        assertThat(manager.usage().get("system").connectionsInbound()).isEqualTo(1);
        friend.close();
        assertThat(manager.usage()).isEmpty();
    }

    @Test
    void manyScopesOfOnePeerCostItNothingWhenTheyAreGone() throws Exception {
        CountingResourceManager manager = manager(ResourceLimits.unlimited());
        List<StreamScope> streams = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            StreamScope stream = manager.openStream(Peers.id(i % 10), Direction.INBOUND);
            stream.setProtocol("/p" + i % 7);
            stream.setService("s" + i % 3);
            streams.add(stream);
        }
        assertThat(manager.scopes()).isEqualTo(10 + 7 + 3 + 70 + 30);
        streams.forEach(StreamScope::close);
        assertThat(manager.scopes()).isZero();
    }
}
