package libp2p.swarm.gate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ErrorCode;
import libp2p.core.datastore.Datastore;
import libp2p.core.environment.Deadline;
import libp2p.core.host.ConnectionGater;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.Direction;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Subnet;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.SimulatedTask;
import libp2p.simulator.Simulation;
import libp2p.storage.MemoryDatastore;
import libp2p.swarm.gate.CountingGater.Hook;
import libp2p.swarm.testing.FakeConnection;
import libp2p.swarm.testing.FakeHost;
import libp2p.swarm.testing.Peers;
import org.junit.jupiter.api.Test;

class GaterTest {
    private static final PeerId PEER = Peers.id(1);
    private static final Multiaddr LOCAL = Multiaddr.parse("/ip4/5.0.0.1/tcp/4001");
    private static final Multiaddr INSIDE = Multiaddr.parse("/ip4/10.1.2.3/tcp/1");
    private static final Multiaddr OUTSIDE = Multiaddr.parse("/ip4/11.1.2.3/tcp/1");
    private static final Multiaddr MEMORY = Multiaddr.parse("/memory/1");
    private static final Subnet TEN = Subnet.parse("10.0.0.0/8");

    @Test
    void emptyListsAllowEverything() {
        GaterLists lists = new GaterLists();
        assertThat(lists.interceptPeerDial(PEER)).isTrue();
        assertThat(lists.interceptAddrDial(PEER, INSIDE)).isTrue();
        assertThat(lists.interceptAccept(LOCAL, MEMORY)).isTrue();
        assertThat(lists.interceptSecured(Direction.INBOUND, PEER, INSIDE)).isTrue();
    }

    @Test
    void aBlockedPeerIsRefusedWhereverItShows() {
        GaterLists lists = new GaterLists();
        lists.block(PEER);
        assertThat(lists.interceptPeerDial(PEER)).isFalse();
        assertThat(lists.interceptAddrDial(PEER, INSIDE)).isFalse();
        assertThat(lists.interceptAccept(LOCAL, INSIDE))
                .as("the peer is not known yet")
                .isTrue();
        assertThat(lists.interceptSecured(Direction.INBOUND, PEER, INSIDE)).isFalse();
        assertThat(lists.interceptPeerDial(Peers.id(2))).isTrue();
        assertThat(lists.blockedPeers()).containsExactly(PEER);
        lists.unblock(PEER);
        assertThat(lists.interceptPeerDial(PEER)).isTrue();
    }

    @Test
    void aBlockedSubnetIsRefusedBeforeAnyHandshake() {
        GaterLists lists = new GaterLists();
        lists.block(TEN);
        assertThat(lists.interceptAccept(LOCAL, INSIDE)).isFalse();
        assertThat(lists.interceptAccept(LOCAL, OUTSIDE)).isTrue();
        assertThat(lists.interceptAccept(LOCAL, MEMORY)).isTrue();
        assertThat(lists.interceptAddrDial(PEER, INSIDE)).isFalse();
        assertThat(lists.interceptPeerDial(PEER)).isTrue();
        lists.unblock(TEN);
        assertThat(lists.blockedSubnets()).isEmpty();
        assertThat(lists.interceptAccept(LOCAL, INSIDE)).isTrue();
    }

    @Test
    void anAllowListKeepsAllOthersOut() {
        GaterLists lists = new GaterLists();
        lists.allow(PEER);
        lists.allow(TEN);
        assertThat(lists.interceptPeerDial(PEER)).isTrue();
        assertThat(lists.interceptPeerDial(Peers.id(2))).isFalse();
        assertThat(lists.interceptSecured(Direction.INBOUND, Peers.id(2), INSIDE))
                .isFalse();
        assertThat(lists.interceptAccept(LOCAL, OUTSIDE)).isFalse();
        assertThat(lists.interceptAccept(LOCAL, MEMORY))
                .as("comes from nowhere")
                .isFalse();
        assertThat(lists.interceptAddrDial(PEER, INSIDE)).isTrue();
        assertThat(lists.interceptAddrDial(PEER, OUTSIDE)).isFalse();
        assertThat(lists.allowedPeers()).containsExactly(PEER);
        assertThat(lists.allowedSubnets()).containsExactly(TEN);
        lists.disallow(Peers.id(2)); // is not there
        assertThatThrownBy(() -> lists.disallow(PEER))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("the last on the allow list");
        assertThatThrownBy(() -> lists.disallow(TEN)).isInstanceOf(IllegalStateException.class);
        assertThat(lists.interceptPeerDial(Peers.id(2))).isFalse();
        lists.allowAll();
        assertThat(lists.allowedPeers()).isEmpty();
        assertThat(lists.allowedSubnets()).isEmpty();
        assertThat(lists.interceptPeerDial(Peers.id(2))).isTrue();
        assertThat(lists.interceptAccept(LOCAL, OUTSIDE)).isTrue();
    }

    @Test
    void blockingIsStrongerThanAllowing() {
        GaterLists lists = new GaterLists();
        lists.allow(PEER);
        lists.block(PEER);
        lists.allow(TEN);
        lists.block(Subnet.parse("10.1.0.0/16"));
        assertThat(lists.interceptPeerDial(PEER)).isFalse();
        assertThat(lists.interceptAccept(LOCAL, INSIDE)).isFalse();
        assertThat(lists.interceptAccept(LOCAL, Multiaddr.parse("/ip4/10.2.0.1/tcp/1")))
                .isTrue();
    }

    @Test
    void changesCloseWhatIsOpenAndMayNotBe() {
        Simulation.run(1, simulation -> {
            FakeHost host = new FakeHost(simulation.host("host"));
            GaterLists lists = new GaterLists();
            lists.start(host);
            List<FakeConnection> connections = new ArrayList<>();
            for (int i = 1; i <= 4; i++) {
                connections.add(host.connect(i, Direction.INBOUND));
            }
            lists.block(Peers.id(2));
            lists.block(Subnet.parse("5.0.0.3"));
            simulation.settle();
            assertThat(connections).extracting(Connection::isOpen).containsExactly(true, false, false, true);
            assertThat(connections.get(1).closeReason().code()).isEqualTo(ErrorCode.CONNECTION_GATED);
            lists.allow(Peers.id(4));
            simulation.settle();
            assertThat(connections).extracting(Connection::isOpen).containsExactly(false, false, false, true);
            lists.close();
            lists.block(Peers.id(4));
            simulation.sleep(java.time.Duration.ofSeconds(1));
            assertThat(connections.get(3).isOpen()).as("not ours any more").isTrue();
        });
    }

    @Test
    void aConnectionThatSlippedThroughDuringAChangeIsClosedWhenItOpens() {
        Simulation.run(1, simulation -> {
            FakeHost host = new FakeHost(simulation.host("host"));
            GaterLists lists = new GaterLists();
            lists.start(host);
            lists.block(Peers.id(1));
            FakeConnection late = host.connect(1, Direction.INBOUND);
            assertThat(lists.interceptUpgraded(late)).isFalse();
            lists.connectionOpened(late);
            simulation.settle();
            assertThat(late.isOpen()).isFalse();
        });
    }

    /** A list of who may connect that has lost an entry might be empty, and let all peers in. */
    @Test
    void aDamagedEntryKeepsTheListsFromBeingOpened() throws Exception {
        for (String key : List.of("gate/allow/peer/nonsense", "gate/block/subnet/10.0.0.0/99", "gate/block/other")) {
            MemoryDatastore disk = new MemoryDatastore();
            disk.put(key.getBytes(UTF_8), new byte[0]);
            assertThatThrownBy(() -> GaterLists.open(disk))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("an entry of the " + key.split("/")[1] + " list of the gater cannot be read");
        }
    }

    @Test
    void listsInADatastoreAreThereAgainAfterARestart() throws Exception {
        MemoryDatastore disk = new MemoryDatastore();
        GaterLists before = GaterLists.open(disk);
        before.block(PEER);
        before.block(Peers.id(2));
        before.block(TEN);
        before.block(Subnet.parse("2001:db8::/32"));
        before.allow(Peers.id(3));
        before.allow(Subnet.parse("192.0.2.0/24"));
        before.unblock(PEER);
        before.unblock(TEN);
        before.allow(Subnet.parse("198.51.100.0/24"));
        before.disallow(Subnet.parse("192.0.2.0/24"));
        GaterLists after = GaterLists.open(disk);
        assertThat(after.blockedPeers()).containsExactly(Peers.id(2));
        assertThat(after.blockedSubnets()).containsExactly(Subnet.parse("2001:db8::/32"));
        assertThat(after.allowedPeers()).containsExactly(Peers.id(3));
        assertThat(after.allowedSubnets()).containsExactly(Subnet.parse("198.51.100.0/24"));
        assertThat(after.interceptPeerDial(PEER)).as("not on the allow list").isFalse();
    }

    /** A disk that can be full. */
    private static final class Disk implements Datastore {
        final MemoryDatastore content = new MemoryDatastore();
        boolean full;

        @Override
        public byte[] get(byte[] key) throws IOException {
            return content.get(key);
        }

        @Override
        public void write(List<Change> batch) throws IOException {
            if (full) {
                throw new IOException("No space left on device");
            }
            content.write(batch);
        }

        @Override
        public Entries scan(Scan prefix) throws IOException {
            return content.scan(prefix);
        }

        @Override
        public void close() throws IOException {
            content.close();
        }
    }

    @Test
    void aChangeThatCannotBeKeptHoldsNonethelessAndIsTold() throws Exception {
        Disk disk = new Disk();
        GaterLists lists = GaterLists.open(disk);
        disk.full = true;
        assertThatThrownBy(() -> lists.block(PEER))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("the block list holds, but cannot be kept now: No space left on device");
        assertThat(lists.interceptPeerDial(PEER)).isFalse();
    }

    @Test
    void whatCouldNotBeKeptIsKeptWithTheNextChangeOrWhenItIsSaidAgain() throws Exception {
        Disk disk = new Disk();
        GaterLists lists = GaterLists.open(disk);
        lists.block(TEN);
        disk.full = true;
        assertThatThrownBy(() -> lists.block(PEER)).isInstanceOf(UncheckedIOException.class);
        assertThatThrownBy(() -> lists.unblock(TEN)).isInstanceOf(UncheckedIOException.class);
        assertThat(GaterLists.open(disk).blockedSubnets()).containsExactly(TEN);
        disk.full = false;
        lists.block(PEER);
        assertThat(GaterLists.open(disk).blockedPeers()).containsExactly(PEER);
        assertThat(GaterLists.open(disk).blockedSubnets()).isEmpty();
    }

    /** However the changes of several threads fall, the disk ends as the memory does. */
    @Test
    void theDiskFollowsTheMemoryInTheSameOrder() {
        for (long seed = 1; seed <= 20; seed++) {
            Simulation.run(seed, simulation -> {
                MemoryDatastore disk = new MemoryDatastore();
                SimulatedEnvironment machine = simulation.host("host");
                GaterLists lists = GaterLists.open(new SlowDatastore(machine, disk));
                List<SimulatedTask> tasks = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    boolean block = i % 2 == 0;
                    tasks.add(simulation.spawn("change-" + i, () -> {
                        if (block) {
                            lists.block(PEER);
                        } else {
                            lists.unblock(PEER);
                        }
                    }));
                }
                for (SimulatedTask task : tasks) {
                    task.join();
                }
                assertThat(GaterLists.open(disk).blockedPeers()).isEqualTo(lists.blockedPeers());
            });
        }
    }

    /** Takes its time for each write, as a disk does. */
    private record SlowDatastore(SimulatedEnvironment machine, Datastore disk) implements Datastore {
        @Override
        public byte[] get(byte[] key) throws IOException {
            return disk.get(key);
        }

        @Override
        public void write(List<Change> batch) throws IOException {
            Deadline until = Deadline.after(
                    machine, Duration.ofNanos(machine.random("disk").nextInt(1_000_000)));
            while (!until.passed(machine)) {
                machine.park(this, until);
            }
            disk.write(batch);
        }

        @Override
        public Entries scan(Scan prefix) throws IOException {
            return disk.scan(prefix);
        }

        @Override
        public void close() throws IOException {
            disk.close();
        }
    }

    @Test
    void theListsAreBounded() {
        GaterLists lists = new GaterLists();
        for (int i = 0; i < GaterLists.MAXIMUM; i++) {
            lists.block(Peers.id(i));
        }
        assertThatThrownBy(() -> lists.block(Peers.id(-1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("100000 entries");
        lists.unblock(Peers.id(0));
        lists.block(Peers.id(-1));
    }

    @Test
    void manySubnetsOfManySizesAreFound() {
        SubnetSet subnets = new SubnetSet();
        for (int bits = 1; bits <= 32; bits++) {
            subnets.add(Subnet.parse("128.0.0.1/" + bits));
        }
        subnets.add(Subnet.parse("2001:db8::/64"));
        assertThat(subnets.size()).isEqualTo(33);
        assertThat(subnets.contains(java.net.InetAddress.ofLiteral("200.1.1.1")))
                .isTrue();
        assertThat(subnets.contains(java.net.InetAddress.ofLiteral("100.1.1.1")))
                .isFalse();
        assertThat(subnets.contains(java.net.InetAddress.ofLiteral("2001:db8::5")))
                .isTrue();
        subnets.remove(Subnet.parse("128.0.0.0/1"));
        assertThat(subnets.contains(java.net.InetAddress.ofLiteral("200.1.1.1")))
                .isFalse();
        assertThat(subnets.remove(Subnet.parse("128.0.0.0/1"))).isFalse();
        assertThat(subnets.list()).hasSize(32);
    }

    @Test
    void publicAddressesOnlyConcernsDials() {
        ConnectionGater gater = Gaters.publicAddressesOnly();
        for (String hidden : List.of(
                "/ip4/127.0.0.1/tcp/1",
                "/ip4/192.168.0.1/tcp/1",
                "/ip4/100.64.0.1/tcp/1",
                "/ip4/169.254.1.1/tcp/1",
                "/ip4/0.0.0.0/tcp/1",
                "/ip6/::1/tcp/1",
                "/ip6/fd00::1/tcp/1",
                "/ip6/fe80::1/tcp/1",
                "/ip6/::ffff:10.0.0.1/tcp/1")) {
            assertThat(gater.interceptAddrDial(PEER, Multiaddr.parse(hidden)))
                    .as(hidden)
                    .isFalse();
        }
        assertThat(gater.interceptAddrDial(PEER, Multiaddr.parse("/ip4/5.6.7.8/tcp/1")))
                .isTrue();
        assertThat(gater.interceptAccept(LOCAL, INSIDE)).isTrue();
    }

    @Test
    void allOfRefusesWhatOneRefusesAndAsksNoFurther() {
        GaterLists lists = new GaterLists();
        lists.block(PEER);
        CountingGater second = new CountingGater(ConnectionGater.ALLOW_ALL);
        ConnectionGater both = Gaters.allOf(lists, Gaters.publicAddressesOnly(), second);
        assertThat(both.interceptPeerDial(PEER)).isFalse();
        assertThat(both.interceptPeerDial(Peers.id(2))).isTrue();
        assertThat(both.interceptAddrDial(Peers.id(2), INSIDE)).isFalse();
        assertThat(both.interceptAddrDial(Peers.id(2), OUTSIDE)).isTrue();
        assertThat(both.interceptAccept(LOCAL, INSIDE)).isTrue();
        assertThat(both.interceptSecured(Direction.OUTBOUND, PEER, OUTSIDE)).isFalse();
        assertThat(second.asked())
                .isEqualTo(Map.of(
                        Hook.PEER_DIAL, 1L, Hook.ADDR_DIAL, 1L, Hook.ACCEPT, 1L, Hook.SECURED, 0L, Hook.UPGRADED, 0L));
    }

    @Test
    void everyHookIsCountedAndAnExceptionRefuses() {
        ConnectionGater broken = new ConnectionGater() {
            @Override
            public boolean interceptAccept(Multiaddr local, Multiaddr remote) {
                throw new IllegalStateException("broken");
            }

            @Override
            public boolean interceptUpgraded(Connection connection) {
                return false;
            }
        };
        CountingGater counting = new CountingGater(broken);
        Simulation.run(1, simulation -> {
            FakeHost host = new FakeHost(simulation.host("host"));
            assertThat(counting.interceptUpgraded(host.connect(1, Direction.INBOUND)))
                    .isFalse();
        });
        assertThat(counting.interceptAccept(LOCAL, INSIDE)).isFalse();
        assertThat(counting.interceptPeerDial(PEER)).isTrue();
        assertThat(counting.interceptAddrDial(PEER, INSIDE)).isTrue();
        assertThat(counting.interceptSecured(Direction.INBOUND, PEER, INSIDE)).isTrue();
        assertThat(counting.refused())
                .isEqualTo(Map.of(
                        Hook.PEER_DIAL, 0L, Hook.ADDR_DIAL, 0L, Hook.ACCEPT, 1L, Hook.SECURED, 0L, Hook.UPGRADED, 1L));
        assertThat(counting.asked().values()).containsOnly(1L);
    }
}
