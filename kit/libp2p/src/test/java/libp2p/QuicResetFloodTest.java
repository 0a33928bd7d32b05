package libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import libp2p.core.connection.Connection;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.resource.ScopeUsage;
import libp2p.protocols.ping.Ping;
import libp2p.swarm.Swarm;
import libp2p.swarm.resource.CountingResourceManager;
import libp2p.swarm.resource.ResourceLimits;
import libp2p.swarm.resource.ScopeKind;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;

/** Streams that are opened and reset at once, as fast as the other end allows (rapid reset, CVE-2023-44487). */
class QuicResetFloodTest {
    /** The charge of a connection without traffic, and a MiB for the traces of its streams. */
    private static final int MEMORY = 2 << 20;

    /** Many times what fits. */
    private static final int STREAMS = 100_000;

    private static Swarm server() throws IOException {
        SystemEnvironment environment = SystemEnvironment.shared();
        ResourceLimits limits = ResourceLimits.unlimited();
        limits = limits.with(
                ScopeKind.CONNECTION, limits.of(ScopeKind.CONNECTION).withMemory(MEMORY));
        return (Swarm) Libp2p.host()
                .resources(new CountingResourceManager(environment, limits))
                .listen("/ip4/127.0.0.1/udp/0/quic-v1")
                .start();
    }

    /** Opens streams and resets them until it has to wait for the next. */
    private static void resetUntilItHasToWait(Host attacker, PeerAddress target) throws IOException {
        Connection connection = attacker.connect(target);
        for (int i = 0; i < STREAMS; i++) {
            try (Stream stream = connection.open(
                    Deadline.after(SystemEnvironment.shared(), Duration.ofMillis(100)), Ping.PROTOCOL)) {
                stream.reset(7);
            } catch (DeadlineExceededException held) {
                assertThat(connection.isOpen()).isTrue();
                return;
            } catch (IOException reset) {
                // the server was faster
            }
        }
        throw new AssertionError("no host minds " + STREAMS + " resets");
    }

    @Test
    void aPeerThatResetsWithoutEndHasToWaitAndOthersAreServed() throws IOException {
        Swarm server = server();
        PeerAddress address = PeerAddress.of(server.peerId(), server.addresses());
        try (Host attacker = Libp2p.host().start();
                Host honest = Libp2p.host().start()) {
            assertThat(Ping.once(honest, address)).isPositive();
            resetUntilItHasToWait(attacker, address);
            assertThat(Ping.once(honest, address)).isPositive();
        } finally {
            server.close();
        }
        assertThat(server.threads()).isZero();
        assertThat(server.resourceManager().system().usage()).isEqualTo(ScopeUsage.EMPTY);
    }
}
