package libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntPredicate;
import libp2p.core.host.PeerAddress;
import libp2p.core.resource.ScopeUsage;
import libp2p.swarm.Swarm;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Something goes wrong at a datagram of a QUIC handshake, at each of them in turn, over real sockets. However it went,
 * afterwards neither host holds anything. {@code HandshakeStepsTest} does the same to the reads and writes of TCP and
 * WebSockets in simulated time.
 */
class QuicHandshakeStepsTest {
    private static final String ADDRESS = "/ip4/127.0.0.1/udp/0/quic-v1";

    /** Two hosts, a link between them, and the thread that dials over it. */
    private static final class Scene {
        final Swarm server = (Swarm) Libp2p.host().listen(ADDRESS).start();
        final Swarm client = (Swarm) Libp2p.host().start();
        final UdpLink link = new UdpLink(server.addresses().getFirst().port());
        private final List<Thread> mishaps = new CopyOnWriteArrayList<>();
        private final CompletableFuture<Boolean> over = new CompletableFuture<>();
        private final Thread dial = Thread.ofVirtual().unstarted(this::dial);
        private volatile boolean happened;

        Scene() throws IOException {}

        private void dial() {
            try {
                client.connect(
                        PeerAddress.parse("/ip4/127.0.0.1/udp/" + link.port() + "/quic-v1/p2p/" + server.peerId()));
            } catch (IOException | RuntimeException disturbed) {
                // as meant
            } finally {
                over.complete(happened);
            }
        }

        /** At the datagram of that number the mishap happens, on a thread of its own: the link carries on meanwhile. */
        IntPredicate at(int step, Mishap mishap) {
            return number -> {
                if (number == step) {
                    happened = true;
                    mishaps.add(Thread.ofVirtual().start(() -> mishap.happen(this)));
                }
                return false;
            };
        }

        /** Returns whether the mishap came before the dial was over. */
        boolean run() throws Exception {
            dial.start();
            boolean disturbed = over.get();
            dial.join();
            client.close();
            server.close();
            link.close();
            for (Thread mishap : mishaps) {
                mishap.join();
            }
            for (Swarm host : List.of(client, server)) {
                assertThat(host.connections()).isEmpty();
                assertThat(host.threads()).isZero();
                assertThat(host.resourceManager().system().usage()).isEqualTo(ScopeUsage.EMPTY);
            }
            return disturbed;
        }
    }

    /** The failures. */
    private interface Mishap {
        void happen(Scene scene);
    }

    private static void atEveryDatagram(Mishap mishap) throws Exception {
        assertThat(steps(mishap, true))
                .as("datagrams of the dialer")
                .isGreaterThanOrEqualTo(1); // the last ends the dial
        assertThat(steps(mishap, false)).as("datagrams of the listener").isGreaterThanOrEqualTo(1);
    }

    /** Returns at how many datagrams of a side it happened before a dial was over. */
    private static int steps(Mishap mishap, boolean dialer) throws Exception {
        for (int step = 0; ; step++) {
            Scene scene = new Scene();
            IntPredicate disturbing = scene.at(step, mishap);
            IntPredicate nothing = number -> false;
            scene.link.lose(dialer ? disturbing : nothing, dialer ? nothing : disturbing);
            if (!scene.run()) {
                return step;
            }
        }
    }

    @Test
    void theCallerCancels() throws Exception {
        atEveryDatagram(scene -> scene.dial.interrupt());
    }

    @Test
    void theNetworkFallsSilentAndTheCallerCancels() throws Exception {
        atEveryDatagram(scene -> {
            scene.link.lose(number -> true, number -> true);
            scene.dial.interrupt();
        });
    }

    @Test
    void theDialingHostCloses() throws Exception {
        atEveryDatagram(scene -> scene.client.close());
    }

    @Test
    @Tag("long")
    void theListeningHostCloses() throws Exception {
        atEveryDatagram(scene -> {
            scene.server.close();
            scene.dial.interrupt(); // a listener that is gone says nothing
        });
    }
}
