package libp2p;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import libp2p.core.connection.Connection;
import libp2p.core.connection.DialException;
import libp2p.core.connection.NegotiationException;
import libp2p.core.connection.PeerMismatchException;
import libp2p.core.connection.Stream;
import libp2p.core.connection.StreamResetException;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.TcpChannel;
import libp2p.core.event.EventRegistration;
import libp2p.core.event.HostEvent.Connectedness;
import libp2p.core.event.HostEvent.ConnectednessChanged;
import libp2p.core.event.HostEvent.PeerIdentified;
import libp2p.core.event.Subscription;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.host.Capabilities;
import libp2p.core.host.DialOptions;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.host.Registration;
import libp2p.core.identity.Identity;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.protocols.echo.Echo;
import libp2p.protocols.perf.Perf;
import libp2p.protocols.ping.Ping;
import libp2p.security.pnet.PreSharedKey;
import libp2p.swarm.Swarm;
import libp2p.swarm.events.BoundedEventBus;
import libp2p.system.SystemEnvironment;
import libp2p.transports.tcp.TcpTransport;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two whole hosts over loopback TCP. */
class HostTest {
    private Host server;
    private Host client;
    private PeerAddress address;

    @BeforeEach
    void start() throws IOException {
        server = Libp2p.host()
                .listen("/ip4/127.0.0.1/tcp/0")
                .with(new Echo())
                .with(new Perf())
                .start();
        client = Libp2p.host().start();
        address = PeerAddress.of(server.peerId(), server.addresses());
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    @Test
    void pingsOverOneSharedConnection() throws IOException {
        assertThat(Ping.once(client, address)).isPositive();
        assertThat(Ping.once(client, address)).isPositive();
        assertThat(client.connections()).hasSize(1);
        Connection connection = client.connections().getFirst();
        assertThat(connection.remotePeer()).isEqualTo(server.peerId());
        assertThat(connection.state().muxer()).isEqualTo("/yamux/1.0.0");
        assertThat(connection.state().security()).isEqualTo("/noise");
        assertThat(connection.state().earlyMuxer())
                .as("the muxer is agreed inside the handshake")
                .isTrue();
    }

    @Test
    void identifyTellsBothSidesWhoTheOtherIs() throws Exception {
        try (Subscription<PeerIdentified> atClient = client.events().subscribe(PeerIdentified.class);
                Subscription<PeerIdentified> atServer = server.events().subscribe(PeerIdentified.class)) {
            client.connect(address);
            PeerIdentified seen = atClient.take(Deadline.after(client.environment(), Duration.ofSeconds(10)));
            assertThat(seen.peer()).isEqualTo(server.peerId());
            assertThat(seen.agent()).isEqualTo(Libp2p.AGENT);
            assertThat(seen.protocols()).containsExactlyElementsOf(server.protocols());
            assertThat(seen.addresses()).containsExactlyElementsOf(server.addresses());
            assertThat(seen.observed())
                    .isEqualTo(client.connections().getFirst().localAddress());
            assertThat(seen.signedRecord()).isTrue();
            PeerIdentified back = atServer.take(Deadline.after(client.environment(), Duration.ofSeconds(10)));
            assertThat(back.peer()).isEqualTo(client.peerId());
            assertThat(client.peerstore().record(server.peerId())).isNotNull();
            assertThat(client.peerstore().protocols(server.peerId())).contains(Echo.PROTOCOL);
        }
    }

    @Test
    void changedProtocolsArePushed() throws Exception {
        try (Subscription<PeerIdentified> atClient = client.events().subscribe(PeerIdentified.class);
                Subscription<PeerIdentified> atServer = server.events().subscribe(PeerIdentified.class)) {
            client.connect(address);
            Deadline soon = Deadline.after(client.environment(), Duration.ofSeconds(10));
            atClient.take(soon);
            atServer.take(soon);
            Registration late = server.handle("/late/1.0.0", stream -> {});
            assertThat(atClient.take(soon).protocols()).contains("/late/1.0.0");
            late.close();
            assertThat(atClient.take(soon).protocols()).doesNotContain("/late/1.0.0");
        }
    }

    @Test
    void safeFormClosesOnReturnAndResetsOnFailure() throws Exception {
        AtomicReference<Throwable> seen = new AtomicReference<>();
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        server.handle("/take/1.0.0", stream -> {
            try {
                stream.input().readNBytes(4);
                arrived.countDown();
                stream.input().readAllBytes();
            } catch (IOException e) {
                seen.set(e);
                throw e;
            } finally {
                done.countDown();
            }
        });
        assertThatThrownBy(() -> client.open(address, "/take/1.0.0", stream -> {
                    stream.write("half a mess".getBytes(UTF_8));
                    arrived.await(); // a reset that overtakes the negotiation ends it without calling the handler
                    throw new IllegalStateException("interrupted in the middle");
                }))
                .isInstanceOf(IllegalStateException.class);
        done.await();
        assertThat(seen.get()).isInstanceOf(StreamResetException.class);
    }

    @Test
    void aHandlerThatFailsResetsItsStream() throws IOException {
        server.handle("/fails/1.0.0", stream -> {
            throw new IllegalStateException("on purpose");
        });
        assertThatThrownBy(() -> client.open(address, "/fails/1.0.0").read(new byte[1], 0, 1))
                .as("the reset may even overtake the answer of the negotiation")
                .isInstanceOf(StreamResetException.class);
        assertThat(Ping.once(client, address)).as("the connection lives on").isPositive();
    }

    @Test
    void anUnknownProtocolIsRefusedWithWhatWasOffered() {
        assertThatThrownBy(() -> client.open(address, "/unknown/1.0.0", "/unknown/2.0.0"))
                .isInstanceOfSatisfying(
                        NegotiationException.class,
                        e -> assertThat(e.offered()).containsExactly("/unknown/2.0.0", "/unknown/1.0.0"));
    }

    @Test
    void aLazilyRefusedProtocolNeverPassesForSuccess() throws Exception {
        client.connect(address);
        client.peerstore().setProtocols(server.peerId(), List.of("/gone/1.0.0"));
        assertThatThrownBy(() -> client.open(address, "/gone/1.0.0", stream -> {
                    stream.write("fire and forget".getBytes(UTF_8));
                    return null;
                }))
                .isInstanceOf(NegotiationException.class);
    }

    @Test
    void theHighestCommonVersionIsChosen() throws IOException {
        server.handle("/f/1.1.0", stream -> {});
        server.handle("/f/1.2.0", stream -> {});
        try (Stream stream = client.open(address, "/f/1.0.0", "/f/1.2.0")) {
            assertThat(stream.protocol()).isEqualTo("/f/1.2.0");
        }
    }

    @Test
    void aWrongPeerIsNamedWithBothIds() {
        PeerId other = Identity.generate(SystemEnvironment.shared()).peerId();
        assertThatThrownBy(() -> client.connect(new PeerAddress(other, server.addresses())))
                .isInstanceOfSatisfying(
                        DialException.class,
                        e -> assertThat(e.causes().values())
                                .singleElement()
                                .isInstanceOfSatisfying(PeerMismatchException.class, mismatch -> {
                                    assertThat(mismatch.expected()).isEqualTo(other);
                                    assertThat(mismatch.actual()).isEqualTo(server.peerId());
                                }));
    }

    @Test
    void dialingOneselfIsRefused() {
        assertThatThrownBy(() -> server.connect(address)).hasMessageContaining("this host itself");
        assertThatThrownBy(() -> server.connect(new PeerAddress(null, server.addresses())))
                .hasMessageContaining("this host itself");
    }

    @Test
    void anInterruptEndsOnlyTheWaitOfItsCaller() throws Exception {
        server.handle("/silent/1.0.0", stream -> stream.input().readAllBytes());
        Stream stream = client.open(address, "/silent/1.0.0");
        AtomicReference<Throwable> seen = new AtomicReference<>();
        AtomicReference<Boolean> flag = new AtomicReference<>();
        CountDownLatch reading = new CountDownLatch(1);
        Thread reader = Thread.ofVirtual().start(() -> {
            reading.countDown();
            try {
                stream.read(new byte[1], 0, 1);
            } catch (IOException e) {
                seen.set(e);
                flag.set(Thread.currentThread().isInterrupted());
            }
        });
        reading.await();
        reader.interrupt();
        reader.join();
        assertThat(seen.get()).isInstanceOf(InterruptedIOException.class);
        assertThat(flag.get()).isTrue();
        assertThat(Ping.once(client, address)).isPositive();
        assertThat(client.connections()).hasSize(1);
        stream.reset(0);
    }

    @Test
    void aReadTimeoutIsReportedAndTheStreamGoesOn() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        server.handle("/late/1.0.0", stream -> {
            answer.await();
            stream.write(new byte[] {7});
        });
        try (Stream stream = client.open(address, "/late/1.0.0")) {
            stream.readTimeout(Duration.ofMillis(1));
            assertThatThrownBy(() -> stream.read(new byte[1], 0, 1)).isInstanceOf(DeadlineExceededException.class);
            answer.countDown();
            stream.readTimeout(Duration.ZERO);
            assertThat(stream.input().read()).isEqualTo(7);
        }
    }

    @Test
    void aReadOfAStreamWithoutATimeoutOfItsOwnEndsAfterTheHostsTimeout() throws Exception {
        CountDownLatch read = new CountDownLatch(1);
        server.handle("/silent/1.0.0", stream -> read.await());
        Duration shortly = Duration.ofMillis(1);
        try (Host impatient = Libp2p.host().readTimeout(shortly).start();
                Stream stream = impatient.open(address, "/silent/1.0.0")) {
            assertThatThrownBy(() -> stream.read(new byte[1], 0, 1)).isInstanceOf(DeadlineExceededException.class);
            stream.readTimeout(Duration.ZERO);
            read.countDown();
            assertThat(stream.input().read()).as("the protocol's own timeout").isEqualTo(-1);
        } finally {
            read.countDown();
        }
    }

    @Test
    void theHostsTimeoutEndsReadsOfHandlersToo() throws Exception {
        CompletableFuture<IOException> late = new CompletableFuture<>();
        try (Host impatient = Libp2p.host()
                .listen("/ip4/127.0.0.1/tcp/0")
                .limits(limits -> Limits.parse("of a test", "swarm.streams.read-timeout = 1ms", limits))
                .start()) {
            impatient.handle("/read/1.0.0", stream -> {
                try {
                    stream.input().read();
                } catch (IOException e) {
                    late.complete(e);
                }
            });
            try (Stream stream =
                    client.open(PeerAddress.of(impatient.peerId(), impatient.addresses()), "/read/1.0.0")) {
                stream.confirm(Deadline.NONE);
                assertThat(late.get()).isInstanceOf(DeadlineExceededException.class);
            }
        }
    }

    @Test
    void aHandlerOfEventsHearsWhoComesAndGoesAndIsOverWhenTheHostIsClosed() throws Exception {
        List<String> heard = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch connected = new CountDownLatch(1);
        Host observed = Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").start();
        EventRegistration failing = observed.events().subscribe(ConnectednessChanged.class, event -> {
            heard.add("failing " + event.connectedness());
            throw new IllegalStateException("a handler that fails");
        });
        observed.events().subscribe(ConnectednessChanged.class, event -> {
            heard.add("calm " + event.connectedness());
            connected.countDown();
        });
        client.connect(PeerAddress.of(observed.peerId(), observed.addresses()));
        connected.await();
        observed.close(); // waits for the handlers
        assertThat(heard)
                .containsExactlyInAnyOrder(
                        "failing CONNECTED", "failing NOT_CONNECTED", "calm CONNECTED", "calm NOT_CONNECTED");
        assertThat(failing.dropped()).isZero();
        assertThat(((BoundedEventBus) observed.events()).subscriptions()).isZero();
    }

    @Test
    void aSecondHostOnTheSamePortFails() {
        int port = server.addresses().getFirst().port();
        assertThatThrownBy(
                        () -> Libp2p.host().listen("/ip4/127.0.0.1/tcp/" + port).start())
                .hasRootCauseInstanceOf(BindException.class)
                .hasMessageContaining("/tcp/" + port);
    }

    @Test
    void listeningIsAllOrNothing() throws IOException {
        int port = server.addresses().getFirst().port();
        assertThatThrownBy(() -> Libp2p.host()
                        .listen("/ip4/127.0.0.1/tcp/0", "/ip4/127.0.0.1/tcp/" + port)
                        .start())
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> Libp2p.host().listen("/ip4/127.0.0.1/sctp/1").start())
                .hasMessageContaining("no transport listens on /ip4/127.0.0.1/sctp/1");
    }

    @Test
    void dialsLeaveFromTheListeningPort() throws IOException {
        try (Host third = Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").start()) {
            Connection connection = third.connect(address);
            assertThat(connection.state().portReused()).isTrue();
            assertThat(connection.localAddress()).isEqualTo(third.addresses().getFirst());
        }
    }

    @Test
    void aTakenPortIsReplacedByAnEphemeralOneMarkedAndCounted() throws IOException {
        try (Swarm third = (Swarm) Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").start();
                TcpChannel taken = third.environment()
                        .network()
                        .connectTcp(socketAddress(third), socketAddress(server), Deadline.NONE)) {
            assertThat(taken.localAddress()).isEqualTo(socketAddress(third));
            Connection connection = third.connect(address);
            assertThat(connection.state().portReused()).isFalse();
            assertThat(connection.localAddress()).isNotEqualTo(third.addresses().getFirst());
            assertThat(third.transports())
                    .filteredOn(TcpTransport.class::isInstance)
                    .singleElement(InstanceOfAssertFactories.type(TcpTransport.class))
                    .extracting(TcpTransport::reuseFallbacks)
                    .isEqualTo(1L);
        }
    }

    private static InetSocketAddress socketAddress(Host host) {
        Multiaddr listening = host.addresses().getFirst();
        return new InetSocketAddress(listening.ip(), listening.port());
    }

    @Test
    void manyCallersShareOneDial() throws Exception {
        List<FutureTask<Connection>> callers = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            FutureTask<Connection> caller = new FutureTask<>(() -> client.connect(address));
            callers.add(caller);
            Thread.ofVirtual().start(caller);
        }
        for (FutureTask<Connection> caller : callers) {
            assertThat(caller.get()).isSameAs(callers.getFirst().get());
        }
        assertThat(client.connections()).hasSize(1);
    }

    @Test
    void aDeadPortIsReportedAndThenLeftAlone() throws IOException {
        PeerAddress gone;
        try (Host third = Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").start()) {
            gone = PeerAddress.of(third.peerId(), third.addresses());
        }
        assertThatThrownBy(() -> client.connect(gone)).isInstanceOf(DialException.class);
        assertThatThrownBy(() -> client.connect(gone)).hasMessageContaining("left alone");
        assertThatThrownBy(() -> client.connect(gone, DialOptions.DEFAULT.withIgnoreBackoff()))
                .hasMessageNotContaining("left alone");
    }

    @Test
    void capabilitiesAreLearned() throws Exception {
        try (Host learning = Libp2p.host().start();
                Subscription<PeerIdentified> identified = learning.events().subscribe(PeerIdentified.class)) {
            learning.connect(address);
            identified.take(Deadline.after(learning.environment(), Duration.ofSeconds(10)));
            Capabilities server = Capabilities.of(learning.peerstore(), this.server.peerId());
            assertThat(server.versions("/ipfs/ping")).containsExactly("1.0.0");
            assertThat(server.speaks("/unknown/1.0.0")).isFalse();
            assertThat(Capabilities.connectedWith(learning, "/ipfs/ping/1.0.0")).containsExactly(this.server.peerId());
        }
    }

    @Test
    void aPrivateNetworkKeepsOthersOutAndRefusesTransportsWithoutKeys() throws IOException {
        PreSharedKey key = PreSharedKey.generate(SystemEnvironment.shared());
        try (Host inside = Libp2p.host()
                        .listen("/ip4/127.0.0.1/tcp/0")
                        .privateNetwork(key)
                        .start();
                Host member = Libp2p.host().privateNetwork(key).start()) {
            PeerAddress insideAddress = PeerAddress.of(inside.peerId(), inside.addresses());
            assertThat(Ping.once(member, insideAddress)).isPositive();
            assertThatThrownBy(() -> client.connect(insideAddress)).isInstanceOf(DialException.class);
            assertThatThrownBy(() -> member.connect(address)).isInstanceOf(DialException.class);
        }
        assertThatThrownBy(() -> Libp2p.host()
                        .privateNetwork(key)
                        .listen("/ip4/127.0.0.1/udp/0/quic-v1")
                        .start())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("quic-v1");
    }

    @Test
    void everySecureChannelAndMuxerWorksTogether() throws IOException {
        for (String security : List.of("noise", "tls", "plaintext")) {
            for (String muxer : List.of("yamux", "mplex")) {
                try (Host listener = Libp2p.host()
                                .listen("/ip4/127.0.0.1/tcp/0")
                                .security(security)
                                .muxers(muxer)
                                .with(new Perf())
                                .start();
                        Host dialer =
                                Libp2p.host().security(security).muxers(muxer).start()) {
                    PeerAddress target = PeerAddress.of(listener.peerId(), listener.addresses());
                    assertThat(Perf.measure(dialer, target, 300_000, 300_000).downloadBytes())
                            .isEqualTo(300_000);
                    assertThat(dialer.connections().getFirst().state().muxer()).contains(muxer);
                }
            }
        }
    }

    @Test
    void perfMovesWhatItWasToldTo() throws IOException {
        Perf.Result result = Perf.measure(client, address, 5_000_000, 7_000_001);
        assertThat(result.uploadBytes()).isEqualTo(5_000_000);
        assertThat(result.downloadBytes()).isEqualTo(7_000_001);
    }

    @Test
    void closingTheHostEndsItsConnectionsAndTellsThePeer() throws Exception {
        try (Subscription<ConnectednessChanged> events = client.events().subscribe(ConnectednessChanged.class)) {
            Connection connection = client.connect(address);
            Deadline soon = Deadline.after(client.environment(), Duration.ofSeconds(10));
            assertThat(events.take(soon).connectedness()).isEqualTo(Connectedness.CONNECTED);
            server.close();
            assertThat(events.take(soon).connectedness()).isEqualTo(Connectedness.NOT_CONNECTED);
            assertThat(connection.isOpen()).isFalse();
            assertThat(client.connections()).isEmpty();
        }
        client.close();
        assertThat(client.resourceManager().system().usage()).isEqualTo(libp2p.core.resource.ScopeUsage.EMPTY);
    }
}
