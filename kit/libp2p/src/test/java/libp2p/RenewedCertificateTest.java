package libp2p;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import libp2p.core.connection.DialException;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.protocols.ping.Ping;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.Simulation;
import libp2p.transports.websocket.WebSocketTransport;
import libp2p.transports.websocket.tls.CertificateSource;
import libp2p.transports.websocket.tls.TestKeyStores;
import libp2p.transports.websocket.tls.TlsTrust;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The key store of a WebSocket listener changes while the listener runs. */
class RenewedCertificateTest {
    private static final String ADDRESS = "/ip4/10.0.0.1/tcp/4001/tls/ws";
    private static final char[] PASSWORD = "password".toCharArray();
    private static final Duration LOOKED_AT_AGAIN = Duration.ofSeconds(2);

    private static final WebSocketTransport.Options OPTIONS = WebSocketTransport.Options.DEFAULT;

    @TempDir
    Path folder;

    private static Host trusting(Simulation simulation, TlsTrust trust, int number) throws Exception {
        SimulatedEnvironment machine = simulation.host("dialer-" + number, "10.0.0." + number);
        return Libp2p.host()
                .environment(machine)
                .webSocket(OPTIONS.withTrust(trust))
                .start();
    }

    private static void isRefused(Host dialer, PeerAddress listener) {
        assertThatThrownBy(() -> dialer.connect(listener))
                .isInstanceOf(DialException.class)
                .hasStackTraceContaining("PKIX path");
    }

    @Test
    void newConnectionsAreShownTheNewCertificateAndThoseThatAreThereGoOn() throws Exception {
        Path file = folder.resolve("listener.p12");
        TestKeyStores old = TestKeyStores.create("10.0.0.1");
        TestKeyStores renewed = TestKeyStores.create("10.0.0.1");
        old.save(file, PASSWORD);
        Simulation.run(1, simulation -> {
            Host listener = Libp2p.host()
                    .environment(simulation.host("listener", "10.0.0.1"))
                    .webSocket(OPTIONS.withCertificates(CertificateSource.keyStore(file, PASSWORD)))
                    .listen(ADDRESS)
                    .start();
            PeerAddress address = PeerAddress.of(listener.peerId(), listener.addresses());
            Host early = trusting(simulation, old.trust(), 2);
            Host hasty = trusting(simulation, renewed.trust(), 3);
            assertThat(Ping.once(early, address)).isPositive();
            isRefused(hasty, address);

            Files.writeString(file, "half of a key store");
            simulation.sleep(LOOKED_AT_AGAIN);
            Host during = trusting(simulation, old.trust(), 4);
            assertThat(Ping.once(during, address))
                    .as("the old one is better than none")
                    .isPositive();

            renewed.save(file, PASSWORD);
            simulation.sleep(LOOKED_AT_AGAIN);
            Host patient = trusting(simulation, renewed.trust(), 5);
            Host late = trusting(simulation, old.trust(), 6);
            assertThat(Ping.once(patient, address)).isPositive();
            isRefused(late, address);
            assertThat(Ping.once(early, address)).isPositive();
            assertThat(early.connections()).hasSize(1);
            List.of(early, hasty, during, patient, late, listener).forEach(Host::close);
        });
    }
}
