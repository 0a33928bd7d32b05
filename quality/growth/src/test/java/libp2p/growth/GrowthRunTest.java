package libp2p.growth;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import libp2p.core.connection.Stream;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.host.StreamHandler;
import libp2p.core.identity.PeerId;
import org.junit.jupiter.api.Test;

/** A run finds what is planted: it names the driver, the class and its counts; and it takes a declared bound. */
class GrowthRunTest {
    private static final String PROTOCOL = "/planted/1.0.0";
    private static final int N = GrowthRun.LEAST_OPERATIONS;

    /** The growth of this service is planted. */
    private record Planted(StreamHandler handler) implements HostService {
        @Override
        public void start(Host host) {
            host.handle(PROTOCOL, handler);
        }

        @Override
        public void close() {
            // the host forgets its handlers
        }
    }

    /** Outlives the hosts. */
    private static final List<Object> KEPT = new ArrayList<>();

    private record Kept(int number) {}

    private static HostileDriver driver(List<Bound> bounds, Supplier<StreamHandler> handlers) {
        StreamDriver driver = new StreamDriver("planted")
                .on(PROTOCOL, (random, stranger) -> Messages.bytes(random, 8))
                .victim(host -> host.with(new Planted(handlers.get())));
        bounds.forEach(driver::bound);
        return driver;
    }

    /** A registry that is never cleared. */
    private static StreamHandler registry() {
        List<Stream> streams = new ArrayList<>();
        return streams::add;
    }

    private static StreamHandler perPeer() {
        Map<PeerId, byte[]> known = new HashMap<>();
        return stream -> known.computeIfAbsent(stream.connection().remotePeer(), peer -> new byte[16]);
    }

    @Test
    void aRegistryOfStreamsThatIsNeverClearedIsFound() {
        assertThatThrownBy(() -> GrowthRun.require(driver(List.of(), GrowthRunTest::registry), N))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("the driver 'planted' makes classes grow")
                .hasMessageMatching("(?s).*from N to 2N operations, N = 100: libp2p.swarm.connection.SwarmStream: "
                        + "\\d+ instances of \\d+ bytes, then \\d+ of \\d+.*");
    }

    @Test
    void anArrayForEachPeerIdIsFound() {
        assertThatThrownBy(() -> GrowthRun.require(driver(List.of(), GrowthRunTest::perPeer), N))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("from N to 2N operations, N = 100: [B: ")
                .hasMessageContaining("from N to 2N operations, N = 100: libp2p.core.identity.PeerId: ");
    }

    @Test
    void whatOutlivesTheHostIsFound() {
        Supplier<StreamHandler> handlers = () -> {
            for (int i = 0; i < N; i++) {
                KEPT.add(new Kept(i));
            }
            return stream -> {};
        };
        assertThatThrownBy(() -> GrowthRun.require(driver(List.of(), handlers), N))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("before it began and after all was closed: " + Kept.class.getName() + ": " + N)
                .hasMessageNotContaining("from N to 2N");
        KEPT.clear();
    }

    @Test
    void aDeclaredBoundIsTakenUntilItIsReached() {
        Supplier<StreamHandler> handlers = () -> {
            List<Kept> some = new ArrayList<>(4 * N);
            return stream -> some.add(new Kept(some.size()));
        };
        Bound enough = new Bound(Kept.class, 4 * N, "the list of the test has room for so many");
        Bound tooFew = new Bound(Kept.class, 2 * N, "the list of the test has room for more");
        assertThatCode(() -> GrowthRun.require(driver(List.of(enough), handlers), N))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> GrowthRun.require(driver(List.of(tooFew), handlers), N))
                .hasMessageContaining("from N to 2N operations, N = 100: " + Kept.class.getName());
    }
}
