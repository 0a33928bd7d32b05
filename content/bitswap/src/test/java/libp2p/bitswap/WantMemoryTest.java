package libp2p.bitswap;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.List;
import libp2p.blocks.PeerMemory;
import libp2p.core.connection.Connection;
import libp2p.core.host.Host;
import libp2p.core.identity.Identity;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.resource.Direction;
import libp2p.core.resource.Reservation;
import libp2p.core.resource.ResourceManager;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.swarm.resource.CountingResourceManager;
import libp2p.swarm.resource.ResourceLimits;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WantMemoryTest {
    private static final int MANY = 1024;
    private static final int FEW = 64;
    private static final long HEAP = 16 << 20;

    private final ResourceManager manager = new CountingResourceManager(
            SystemEnvironment.shared(), ResourceLimits.scaled(1L << 30, 4096).withinHeap(HEAP));
    private WantMemory wants;

    private static <T> T fake(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private ConnectionScope connection(int number, PeerId peer) throws Exception {
        ConnectionScope scope =
                manager.openConnection(Direction.INBOUND, true, Multiaddr.parse("/ip4/10." + number + ".0.1/tcp/4001"));
        scope.setPeer(peer);
        return scope;
    }

    private static PeerId peer() {
        return Identity.generate(SystemEnvironment.shared()).peerId();
    }

    @BeforeEach
    void connect() throws Exception {
        PeerId peer = peer();
        ConnectionScope scope = connection(1, peer);
        Connection connection = fake(
                Connection.class, (proxy, method, arguments) -> method.getName().equals("isOpen") ? true : scope);
        wants = new WantMemory(
                new PeerMemory(fake(Host.class, (proxy, method, arguments) -> List.of(connection)), peer));
    }

    /** Other peers hold so many sixteenths of what the host grants. */
    private void othersHold(int sixteenths) throws Exception {
        for (int i = 0; i < sixteenths; i++) {
            connection(2 + i, peer()).reserve(HEAP / 2 / 16, Reservation.ALWAYS);
        }
    }

    private long held() {
        return manager.system().usage().memory();
    }

    @Test
    void chargesWantsWhileTheyAreThere() throws Exception {
        assertThat(wants.grow(MANY)).isEqualTo(MANY);
        assertThat(held()).isBetween(MANY * (long) WantMemory.WANT_BYTES, 1L << 20);
        assertThat(wants.grow(10)).isEqualTo(MANY);
        wants.settle(10);
        assertThat(held()).isLessThan(100_000);
        wants.close();
        assertThat(held()).isZero();
    }

    @Test
    void takesAPartWhereThereIsNoMemoryForAll() throws Exception {
        othersHold(10);
        long before = held();
        int taken = wants.grow(MANY);
        assertThat(taken).isBetween(FEW, MANY / 2);
        assertThat(held() - before).isGreaterThanOrEqualTo(taken * (long) WantMemory.WANT_BYTES);
    }

    @Test
    void takesAFewWhileOthersHoldMuch() throws Exception {
        othersHold(14);
        assertThat(wants.grow(MANY)).isEqualTo(FEW);
        assertThat(wants.grow(MANY)).isEqualTo(FEW);
    }

    @Test
    void takesNoneWhereNothingIsLeft() throws Exception {
        othersHold(16);
        assertThat(wants.grow(MANY)).isZero();
    }
}
