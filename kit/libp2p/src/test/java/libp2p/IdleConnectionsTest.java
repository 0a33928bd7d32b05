package libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.environment.ForwardingEnvironment;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.protocols.ping.Ping;
import libp2p.security.pnet.PreSharedKey;
import libp2p.system.SystemEnvironment;
import libp2p.transports.websocket.WebSocketTransport;
import libp2p.transports.websocket.tls.TlsTrust;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A connection on which nothing happens has no thread, at neither end, whatever it runs over. */
@Timeout(60)
class IdleConnectionsTest {
    /** Threads that a host has however many connections there are. */
    private static final List<String> HOST = List.of("listen ", "connection manager", "identify-push", "interfaces");

    /** Knows which threads live, and tells when only some are left. */
    private static final class Living extends ForwardingEnvironment {
        private final List<String> living = new ArrayList<>();

        Living() {
            super(SystemEnvironment.shared());
        }

        @Override
        public Thread start(String name, Runnable task) {
            change(name, true);
            return super.start(name, () -> {
                try {
                    task.run();
                } finally {
                    change(name, false);
                }
            });
        }

        private synchronized void change(String name, boolean begins) {
            if (begins) {
                living.add(name);
            } else {
                living.remove(name);
            }
            notifyAll();
        }

        /** Waits until all threads have ended but those that belong to the host. */
        synchronized void awaitOnlyHosts() throws InterruptedException {
            while (!living.stream().allMatch(name -> HOST.stream().anyMatch(name::startsWith))) {
                wait();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"'',false", "'',true", "/ws,false", "/ws,true", "/tls/ws,false", "/tls/ws,true"})
    void anIdleConnectionHasNoThread(String suffix, boolean isPrivate) throws IOException, InterruptedException {
        Living environment = new Living();
        try (Host server = host(environment, isPrivate)
                        .listen("/ip4/127.0.0.1/tcp/0" + suffix)
                        .start();
                Host client = host(environment, isPrivate).start()) {
            assertThat(Ping.once(client, PeerAddress.of(server.peerId(), server.addresses())))
                    .isPositive();
            environment.awaitOnlyHosts();
            assertThat(client.connections()).hasSize(1);
            assertThat(server.connections()).hasSize(1);
        }
    }

    private static HostBuilder host(Living environment, boolean isPrivate) {
        HostBuilder host = Libp2p.host()
                .environment(environment)
                .webSocket(WebSocketTransport.Options.DEFAULT.withTrust(TlsTrust.insecure()));
        return isPrivate ? host.privateNetwork(PreSharedKey.of(new byte[32])) : host;
    }
}
