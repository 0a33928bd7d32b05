package libp2p.graphsync;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import libp2p.blocks.PeerMemory;
import libp2p.core.connection.Connection;
import libp2p.core.host.Host;
import libp2p.core.identity.Identity;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.resource.Reservation;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;

/** The memory that is held for a peer is charged to its connection, and not longer than it is held. */
class PeerMemoryTest {
    private static final long MUCH = 1 << 20;
    private static final long KEPT = 64 << 10;

    private final List<Line> lines = new ArrayList<>();
    private final PeerMemory memory = new PeerMemory(
            fake(
                    Host.class,
                    (proxy, method, arguments) ->
                            lines.stream().map(Line::connection).toList()),
            id());

    private static PeerId id() {
        return Identity.generate(SystemEnvironment.shared()).peerId();
    }

    private static <T> T fake(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    /** A connection whose scope counts. */
    private static final class Line implements Reservation {
        private boolean open = true;
        private long charged;

        Connection connection() {
            ConnectionScope scope = fake(ConnectionScope.class, (proxy, method, arguments) -> {
                grow((Long) arguments[0], MEDIUM);
                return this;
            });
            return fake(
                    Connection.class,
                    (proxy, method, arguments) -> method.getName().equals("isOpen") ? open : scope);
        }

        @Override
        public long bytes() {
            return charged;
        }

        @Override
        public void grow(long bytes, int priority) {
            charged += bytes;
        }

        @Override
        public void shrink(long bytes) {
            charged -= bytes;
        }

        @Override
        public void close() {
            charged = 0;
        }
    }

    private Line line() {
        Line line = new Line();
        lines.add(line);
        return line;
    }

    @Test
    void theChargeGrowsAndShrinksWithWhatIsHeld() throws Exception {
        Line line = line();
        memory.hold(MUCH);
        assertThat(line.charged).isEqualTo(MUCH);
        memory.hold(1);
        assertThat(line.charged).isBetween(1L, KEPT);
        memory.close();
        assertThat(line.charged).isZero();
    }

    @Test
    void theChargeMovesToAnotherConnectionWhenItsOwnHasClosed() throws Exception {
        Line first = line();
        memory.hold(MUCH);
        first.open = false;
        Line second = line();
        memory.hold(2 * MUCH);
        assertThat(first.charged).isZero();
        assertThat(second.charged).isEqualTo(2 * MUCH);
    }

    @Test
    void nothingIsChargedForAPeerWithoutAConnection() throws Exception {
        memory.hold(MUCH);
        Line later = line();
        memory.hold(MUCH);
        assertThat(later.charged).isEqualTo(MUCH);
    }
}
