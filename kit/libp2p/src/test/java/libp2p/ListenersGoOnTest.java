package libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import libp2p.core.connection.Connection;
import libp2p.core.environment.Environment;
import libp2p.core.environment.ForwardingEnvironment;
import libp2p.core.environment.Network;
import libp2p.core.environment.TcpChannel;
import libp2p.core.environment.TcpListener;
import libp2p.core.host.ConnectionGater;
import libp2p.core.host.DialOptions;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.Direction;
import libp2p.core.resource.ScopeUsage;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.protocols.ping.Ping;
import libp2p.swarm.Swarm;
import libp2p.system.SystemEnvironment;
import libp2p.transports.websocket.WebSocketTransport;
import libp2p.transports.websocket.tls.TlsTrust;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A listener takes the next connection, whatever goes wrong while one is accepted. */
class ListenersGoOnTest {
    private static final WebSocketTransport.Options INSECURE =
            WebSocketTransport.Options.DEFAULT.withTrust(TlsTrust.insecure());

    /** Fails a number of times in different ways, then allows everything. */
    private static final class Failing implements ConnectionGater {
        static final Throwable NOT_YET = new Exception("this question is answered");

        private final ArrayDeque<Throwable> failures = new ArrayDeque<>();

        synchronized void fail(Throwable... with) {
            failures.addAll(List.of(with));
        }

        synchronized boolean isDone() {
            return failures.isEmpty();
        }

        private synchronized boolean answer() {
            Throwable failure = failures.poll();
            switch (failure) {
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                case null, default -> {}
            }
            return true;
        }

        @Override
        public boolean interceptAccept(Multiaddr local, Multiaddr remote) {
            return answer();
        }

        @Override
        public boolean interceptSecured(Direction direction, PeerId peer, Multiaddr remote) {
            return direction == Direction.OUTBOUND || answer();
        }

        @Override
        public boolean interceptUpgraded(Connection connection) {
            return connection.direction() == Direction.OUTBOUND || answer();
        }
    }

    /**
     * Dials until what is to fail has failed; a server that drops a connection may show this late, or only to a ping.
     */
    private static void dialUntilDone(Host client, PeerAddress server, Failing failing) {
        while (!failing.isDone()) {
            try {
                client.connect(server, DialOptions.DEFAULT.withIgnoreBackoff());
                Ping.once(client, server);
            } catch (IOException refused) {
                // as meant
            }
            client.connections().forEach(connection -> connection.close(0, "again"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/tcp/0", "/tcp/0/ws", "/tcp/0/tls/ws", "/udp/0/quic-v1"})
    void whateverTheGaterThrowsTheListenerTakesTheNextConnection(String transport) throws IOException {
        Failing failing = new Failing();
        Swarm server = (Swarm) Libp2p.host()
                .gater(failing)
                .listen("/ip4/127.0.0.1" + transport)
                .start();
        try (Host client = Libp2p.host().webSocket(INSECURE).start()) {
            PeerAddress address = PeerAddress.of(server.peerId(), server.addresses());
            for (Throwable failure :
                    List.of(new IllegalStateException("on purpose"), new AssertionError("on purpose"))) {
                failing.fail(failure);
                dialUntilDone(client, address, failing);
                failing.fail(Failing.NOT_YET, failure);
                dialUntilDone(client, address, failing);
                failing.fail(Failing.NOT_YET, Failing.NOT_YET, failure);
                dialUntilDone(client, address, failing);
            }
            try (Host honest = Libp2p.host().webSocket(INSECURE).start()) {
                assertThat(Ping.once(honest, address)).isPositive();
            }
        } finally {
            server.close();
        }
        assertThat(server.threads()).isZero();
        assertThat(server.resourceManager().system().usage()).isEqualTo(ScopeUsage.EMPTY);
    }

    /** Listeners whose {@code accept} throws what it is told to. */
    private static final class FailingAccept extends ForwardingEnvironment {
        private final AtomicReference<Exception> failure;
        private final AtomicInteger failed;

        FailingAccept(Environment environment, AtomicReference<Exception> failure, AtomicInteger failed) {
            super(environment);
            this.failure = failure;
            this.failed = failed;
        }

        private void failIfTold() throws IOException {
            Exception told = failure.getAndSet(null);
            if (told != null) {
                failed.incrementAndGet();
            }
            switch (told) {
                case IOException e -> throw e;
                case RuntimeException e -> throw e;
                case null, default -> {}
            }
        }

        @Override
        public Network network() {
            Network network = super.network();
            return (Network) Proxy.newProxyInstance(
                    Network.class.getClassLoader(), new Class<?>[] {Network.class}, (proxy, method, arguments) -> {
                        try {
                            Object made = method.invoke(network, arguments);
                            return made instanceof TcpListener listener ? failing(listener) : made;
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
        }

        private TcpListener failing(TcpListener listener) {
            return new TcpListener() {
                @Override
                public TcpChannel accept() throws IOException {
                    TcpChannel accepted = listener.accept();
                    try {
                        failIfTold();
                    } catch (IOException | RuntimeException e) {
                        accepted.close();
                        throw e;
                    }
                    return accepted;
                }

                @Override
                public InetSocketAddress localAddress() {
                    return listener.localAddress();
                }

                @Override
                public void close() {
                    listener.close();
                }
            };
        }
    }

    @Test
    void anAcceptThatThrowsEndsNoListenerOverTcp() throws IOException {
        AtomicReference<Exception> failure = new AtomicReference<>();
        AtomicInteger failed = new AtomicInteger();
        for (String suffix : List.of("", "/ws", "/tls/ws")) {
            try (Host server = Libp2p.host()
                            .environment(new FailingAccept(SystemEnvironment.shared(), failure, failed))
                            .listen("/ip4/127.0.0.1/tcp/0" + suffix)
                            .start();
                    Host client = Libp2p.host().webSocket(INSECURE).start()) {
                PeerAddress address = PeerAddress.of(server.peerId(), server.addresses());
                for (Exception each : List.of(
                        new IOException("no descriptor is free"), new IllegalStateException("a fault of the system"))) {
                    int before = failed.get();
                    failure.set(each);
                    while (failed.get() == before) {
                        try {
                            client.connect(address, DialOptions.DEFAULT.withIgnoreBackoff());
                        } catch (IOException refused) {
                            // as meant
                        }
                    }
                }
                assertThat(client.connect(address, DialOptions.DEFAULT.withIgnoreBackoff())
                                .isOpen())
                        .isTrue();
            }
        }
    }
}
