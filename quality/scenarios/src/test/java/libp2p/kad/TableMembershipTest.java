package libp2p.kad;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.host.ConnectionManager;
import libp2p.core.host.Host;
import libp2p.core.identity.PeerId;
import libp2p.kad.key.Key;
import libp2p.kad.lookup.Contact;
import libp2p.kad.table.RoutingTable;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The worth of the connections of peers that come into a table and leave it at the same time. */
class TableMembershipTest {
    private static final String PROTOCOL = "/test/kad/1.0.0";

    /** A connection manager that remembers all that a peer was given, before which something else happens first. */
    private static final class Given {
        private final List<String> now = new ArrayList<>();
        private String before = "";
        private Runnable first = () -> {};

        ConnectionManager manager() {
            return (ConnectionManager) Proxy.newProxyInstance(
                    getClass().getClassLoader(),
                    new Class<?>[] {ConnectionManager.class},
                    (proxy, method, arguments) -> {
                        if (method.getName().equals(before)) {
                            before = "";
                            first.run();
                        }
                        switch (method.getName()) {
                            case "tag", "shelter" -> now.add(method.getName());
                            case "untag", "unshelter" ->
                                now.remove(method.getName().substring("un".length()));
                            default -> throw new AssertionError(method);
                        }
                        return null;
                    });
        }
    }

    private static final class NoChecks implements TableMembership.Checks {
        @Override
        public boolean isAsked(PeerId peer) {
            return false;
        }

        @Override
        public void check(Contact peer) {
            throw new AssertionError("no peer is suspect");
        }
    }

    /** The members of a table in which the peer is among those farthest from its host, whose connections are sheltered. */
    private static TableMembership members(TestNode node, TestNode peer, Given given) {
        Host host = (Host) Proxy.newProxyInstance(
                TableMembershipTest.class.getClassLoader(), new Class<?>[] {Host.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("connectionManager")) {
                        return given.manager();
                    }
                    try {
                        return method.invoke(node.host(), arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        KadLimits limits = KadLimits.DEFAULT;
        Key self = Key.of(peer.id()).flip(0);
        return new TableMembership(
                host,
                Kind.WIDE,
                PROTOCOL,
                self,
                new RoutingTable(self, limits.table()),
                limits.table().perGroup(),
                new Requests(host, PROTOCOL, limits, new SignedRecords(host)),
                new NoChecks());
    }

    @Test
    void aPeerOfTheTableIsWorthMoreUntilItLeaves() {
        World.underSeeds(1, world -> {
            TestNode node = world.node("node");
            TestNode peer = world.node("peer");
            node.connect(peer);
            Given given = new Given();
            TableMembership members = members(node, peer, given);
            members.answered(peer.id(), 1);
            assertThat(given.now).containsExactly("tag", "shelter");
            members.remove(peer.id());
            assertThat(given.now).isEmpty();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"tag", "shelter"})
    void aPeerThatIsRemovedWhileItIsGivenThemKeepsNeitherTagNorShelter(String before) {
        World.underSeeds(1, world -> {
            TestNode node = world.node("node");
            TestNode peer = world.node("peer");
            node.connect(peer);
            Given given = new Given();
            TableMembership members = members(node, peer, given);
            given.before = before;
            given.first = () -> members.remove(peer.id());
            members.answered(peer.id(), 1);
            assertThat(given.before).as("the removal has come before").isEmpty();
            assertThat(given.now).isEmpty();
        });
    }
}
