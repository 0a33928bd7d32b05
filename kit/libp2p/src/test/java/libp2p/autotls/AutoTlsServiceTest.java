package libp2p.autotls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import libp2p.Libp2p;
import libp2p.autotls.AutoTlsChanged.State;
import libp2p.core.connection.Connection;
import libp2p.core.environment.Deadline;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.Identity;
import libp2p.core.identity.PeerId;
import libp2p.core.peer.AddressBook.Origin;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.Simulation;
import libp2p.transports.websocket.WebSocketTransport;
import libp2p.transports.websocket.tls.TlsTrust;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The life of a certificate, in simulated time. */
class AutoTlsServiceTest {
    private static final Multiaddr TCP = Multiaddr.parse("/ip4/45.0.0.1/tcp/4001");
    private static final Duration LIFE = Duration.ofDays(1);

    @TempDir
    Path folder;

    /** A host, with an ACME server and a broker that do as they are told. */
    private final class World implements Issuer, AutoTlsService.Registrar {
        final Simulation simulation;
        final SimulatedEnvironment machine;
        final TestAuthority authority = new TestAuthority();
        final List<Duration> checks = new ArrayList<>();
        final List<Duration> orders = new ArrayList<>();
        final List<AutoTlsChanged> told = new ArrayList<>();
        List<Multiaddr> toldBroker = List.of();
        AutoTlsException refusal;
        boolean hangs;
        String certified = "";
        Duration life = LIFE;
        Host host;

        World(Simulation simulation) {
            this.simulation = simulation;
            this.machine = simulation.host("host", "45.0.0.1");
        }

        World start() throws IOException {
            Identity identity = Identity.generate(machine);
            ForgeName name = ForgeName.of("forge.test", identity.peerId());
            AutoTls.Installed installed = new AutoTls.Installed();
            certified = name.certified();
            host = Libp2p.host()
                    .environment(machine)
                    .identity(identity)
                    .listen("/ip4/45.0.0.1/tcp/4001", "/ip4/45.0.0.1/tcp/4001/tls/sni/*.forge.test/ws")
                    .webSocket(WebSocketTransport.Options.DEFAULT.withCertificates(installed))
                    .with(new AutoTlsService(
                            AutoTlsLimits.DEFAULT, name, new CertificateFolder(folder), this, this, installed))
                    .start();
            host.events().subscribe(AutoTlsChanged.class, told::add);
            return this;
        }

        World reachable() {
            host.addressBook().put(TCP, Origin.LISTEN, libp2p.core.peer.AddressBook.State.CONFIRMED);
            return this;
        }

        void awaitState(State state) {
            simulation.await(
                    state + " after " + told,
                    Duration.ofDays(2),
                    () -> !told.isEmpty() && told.getLast().state() == state);
        }

        Multiaddr named() {
            return Multiaddr.parse(TCP + "/tls/sni/" + certified.replace("*", "45-0-0-1") + "/ws");
        }

        @Override
        public void check() throws AutoTlsException {
            checks.add(simulation.elapsed());
            if (refusal != null) {
                throw refusal;
            }
        }

        @Override
        public void publish(String value, List<Multiaddr> addresses) {
            toldBroker = addresses;
            String record = "_acme-challenge." + certified.substring(2);
            simulation.network().names().remove(record).texts(record, value);
        }

        @Override
        public List<X509Certificate> issue(String name, KeyPair account, KeyPair key, Proof proof, Deadline deadline)
                throws IOException, InterruptedException {
            orders.add(simulation.elapsed());
            proof.publish("value-" + orders.size());
            while (hangs) {
                new Pause(machine, LIFE, LIFE, Deadline.NONE).await(LIFE);
            }
            return authority.chain(name, key.getPublic(), machine.wallClock(), life);
        }

        /** The certificate that a dialer is shown, over a connection that stays open. */
        Shown dial(String dialer) throws Exception {
            Witness witness = new Witness();
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {witness}, null);
            Host other = Libp2p.host()
                    .environment(simulation.host(dialer, dialer))
                    .webSocket(WebSocketTransport.Options.DEFAULT.withTrust(TlsTrust.of(context)))
                    .start();
            return new Shown(other, other.connect(PeerAddress.of(host.peerId(), List.of(named()))), witness.shown);
        }
    }

    private record Shown(Host dialer, Connection connection, X509Certificate certificate) implements AutoCloseable {
        @Override
        public void close() {
            dialer.close();
        }
    }

    /** Remembers the certificate; whom it trusts is no matter here. */
    private static final class Witness extends X509ExtendedTrustManager {
        X509Certificate shown;

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
            shown = chain[0];
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
            shown = chain[0];
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            shown = chain[0];
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    private interface Story {
        void tell(World world) throws Exception;
    }

    private void run(Story story) {
        Simulation.of(1).limitTime(Duration.ofDays(30)).limitTurns(100_000_000).run(simulation -> {
            World world = new World(simulation);
            try {
                story.tell(world);
            } finally {
                if (world.host != null) {
                    world.host.close();
                }
            }
        });
    }

    @Test
    void nothingIsOrderedBeforeAnAddressIsKnownToBeReachable() {
        run(world -> {
            world.start();
            world.awaitState(State.WAITING);
            world.simulation.sleep(Duration.ofHours(3));
            assertThat(world.checks).isEmpty();
            assertThat(world.told).hasSize(1);
            assertThat(world.told.getFirst().cure()).contains("firewall");
            world.reachable();
            world.awaitState(State.CERTIFIED);
            assertThat(world.orders).hasSize(1);
            assertThat(world.toldBroker).containsExactly(TCP);
        });
    }

    @Test
    void theCertificateIsShownAndItsNameAnnounced() {
        run(world -> {
            world.start();
            assertThat(world.host.addresses()).containsExactly(TCP);
            world.reachable().awaitState(State.CERTIFIED);
            assertThat(world.host.addresses()).containsExactly(TCP, world.named());
            try (Shown shown = world.dial("45.0.0.2")) {
                assertThat(shown.certificate().getSubjectAlternativeNames())
                        .anyMatch(name -> name.contains(world.certified));
            }
        });
    }

    @Test
    void itIsRenewedAfterTwoThirdsOfItsLifeAndConnectionsStay() {
        run(world -> {
            world.start().reachable().awaitState(State.CERTIFIED);
            try (Shown first = world.dial("45.0.0.2")) {
                Duration begin = world.orders.getFirst();
                world.simulation.await("a renewal", LIFE, () -> world.orders.size() == 2);
                assertThat(world.orders.getLast().minus(begin))
                        .isBetween(
                                LIFE.multipliedBy(2).dividedBy(3).minus(LIFE.dividedBy(20)),
                                LIFE.multipliedBy(2).dividedBy(3));
                Instant end = world.told.getFirst().until();
                world.simulation.await(
                        "the new certificate", LIFE, () -> world.told.getLast().state() == State.CERTIFIED);
                assertThat(world.told.getLast().until()).isNotEqualTo(end);
                try (Shown second = world.dial("45.0.0.3")) {
                    assertThat(second.certificate().getSerialNumber())
                            .isNotEqualTo(first.certificate().getSerialNumber());
                }
                assertThat(first.dialer().connections()).containsExactly(first.connection());
            }
        });
    }

    @Test
    void anAddressForTheNamesThatComesLateIsNoticedAtOnce() {
        run(world -> {
            world.start().awaitState(State.WAITING);
            Multiaddr other = Multiaddr.parse("/ip4/45.0.0.9/tcp/4001");
            world.host.addressBook().put(other, Origin.CONFIGURED, libp2p.core.peer.AddressBook.State.CONFIRMED);
            world.simulation.sleep(Duration.ofSeconds(1));
            assertThat(world.checks).isEmpty();
            world.host
                    .addressBook()
                    .put(
                            other.encapsulate(Multiaddr.parse("/tls/sni/*.forge.test/ws")),
                            Origin.CONFIGURED,
                            libp2p.core.peer.AddressBook.State.CONFIRMED);
            world.simulation.await("an order", Duration.ofMinutes(1), () -> world.orders.size() == 1);
        });
    }

    @Test
    void certificatesThatEndAtOnceAreOrderedAfterAPause() {
        run(world -> {
            world.life = Duration.ofSeconds(1);
            world.start().reachable();
            world.simulation.await("orders", LIFE, () -> world.orders.size() == 3);
            assertThat(world.orders.get(2).minus(world.orders.get(1)))
                    .isGreaterThanOrEqualTo(AutoTlsLimits.DEFAULT.retry());
        });
    }

    @Test
    void aWallClockThatJumpsBringsTheRenewal() {
        run(world -> {
            world.start().reachable().awaitState(State.CERTIFIED);
            world.machine.jumpWallClock(LIFE.multipliedBy(3).dividedBy(4));
            world.simulation.await(
                    "a renewal", AutoTlsLimits.DEFAULT.look().multipliedBy(2), () -> world.orders.size() == 2);
        });
    }

    /** Nothing is reached under such a clock; when it is right again the pause of the failure lies years ahead. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFailureUnderAClockThatWasFarAheadPausesNoLongerThanAnother(boolean restarts) {
        run(world -> {
            Duration ahead = Duration.ofDays(4 * 365);
            world.refusal = new AutoTlsException("certificates have ended", "look at the clock");
            world.machine.jumpWallClock(ahead);
            world.start().reachable().awaitState(State.FAILED);
            world.machine.jumpWallClock(ahead.negated());
            world.refusal = null;
            if (restarts) {
                Identity identity = world.host.identity();
                world.host.close();
                restart(world, identity);
                world.reachable();
            }
            world.simulation.await("an order", AutoTlsLimits.DEFAULT.lastRetry(), () -> world.orders.size() == 1);
        });
    }

    /** As by a kill in the middle, again and again: ACME servers count orders, and those for one name by the week. */
    @Test
    void anOrderThatARestartHasCutOffIsNotRepeatedAtOnce() {
        run(world -> {
            world.hangs = true;
            world.start().reachable();
            Identity identity = world.host.identity();
            world.simulation.await("an order", LIFE, () -> world.orders.size() == 1);
            for (int i = 0; i < 5; i++) {
                world.host.close();
                restart(world, identity);
                world.reachable();
                world.simulation.sleep(Duration.ofSeconds(30));
            }
            assertThat(world.orders).hasSize(1);
            world.simulation.await("another order", LIFE, () -> world.orders.size() == 2);
            assertThat(world.orders.getLast().minus(world.orders.getFirst()))
                    .isGreaterThanOrEqualTo(AutoTlsLimits.DEFAULT.retry());
        });
    }

    @Test
    void pausesAfterFailuresDoubleAndTheCureIsTold() {
        run(world -> {
            world.refusal = new AutoTlsException("the broker is away", "look after it");
            world.start().reachable();
            world.simulation.await("attempts", Duration.ofDays(5), () -> world.checks.size() == 10);
            List<Long> minutes = new ArrayList<>();
            for (int i = 1; i < 10; i++) {
                minutes.add(world.checks.get(i).minus(world.checks.get(i - 1)).toMinutes());
            }
            assertThat(minutes).containsExactly(5L, 10L, 20L, 40L, 80L, 160L, 320L, 640L, 720L);
            assertThat(world.orders).isEmpty();
            assertThat(world.told)
                    .anyMatch(event -> event.state() == State.FAILED
                            && event.message().equals("the broker is away")
                            && event.cure().equals("look after it")
                            && event.until() != null);
        });
    }

    @Test
    void aServerThatAsksForAPauseGetsItUpToABound() {
        run(world -> {
            world.refusal = new AutoTlsException("a limit", "wait", Duration.ofHours(30), null);
            world.start().reachable();
            world.simulation.await("an attempt", Duration.ofDays(2), () -> world.checks.size() == 1);
            world.refusal = new AutoTlsException("a limit", "wait", Duration.ofDays(3650), null);
            world.simulation.await("an attempt", Duration.ofDays(2), () -> world.checks.size() == 2);
            assertThat(world.checks.getLast().minus(world.checks.getFirst()).toMinutes())
                    .isEqualTo(30 * 60);
            world.simulation.await("an attempt", Duration.ofDays(8), () -> world.checks.size() == 3);
            assertThat(world.checks.getLast().minus(world.checks.get(1)))
                    .isGreaterThan(Duration.ofDays(7).minusMinutes(1));
        });
    }

    @Test
    void aRestartNeitherOrdersAgainNorForgetsThePauseOfAFailure() {
        run(world -> {
            world.start().reachable().awaitState(State.CERTIFIED);
            Identity identity = world.host.identity();
            world.host.close();
            world.told.clear();
            restart(world, identity);
            world.awaitState(State.CERTIFIED);
            assertThat(world.checks).hasSize(1);

            world.refusal = new AutoTlsException("the broker is away", "look after it", Duration.ofHours(5), null);
            world.reachable();
            world.simulation.await("an attempt", LIFE, () -> world.checks.size() == 2);
            world.awaitState(State.FAILED);
            world.host.close();
            Duration stopped = world.simulation.elapsed();
            restart(world, identity);
            world.reachable();
            world.simulation.await("an attempt", LIFE, () -> world.checks.size() == 3);
            assertThat(world.simulation.elapsed().minus(stopped)).isGreaterThan(Duration.ofHours(4));
        });
    }

    /** A certificate without a known end has 9999 as its last year (RFC 5280, section 4.1.2.5). */
    @Test
    void aCertificateOfEightThousandYearsIsUsedAndKept() {
        run(world -> {
            world.life = Duration.between(world.machine.wallClock(), Instant.parse("9999-01-01T00:00:00Z"));
            world.start().reachable().awaitState(State.CERTIFIED);
            Identity identity = world.host.identity();
            world.host.close();
            world.told.clear();
            restart(world, identity);
            world.awaitState(State.CERTIFIED);
            assertThat(world.orders).hasSize(1);
        });
    }

    private void restart(World world, Identity identity) throws IOException {
        AutoTls.Installed installed = new AutoTls.Installed();
        world.host = Libp2p.host()
                .environment(world.machine)
                .identity(identity)
                .listen("/ip4/45.0.0.1/tcp/4001", "/ip4/45.0.0.1/tcp/4001/tls/sni/*.forge.test/ws")
                .webSocket(WebSocketTransport.Options.DEFAULT.withCertificates(installed))
                .with(new AutoTlsService(
                        AutoTlsLimits.DEFAULT,
                        ForgeName.of("forge.test", identity.peerId()),
                        new CertificateFolder(folder),
                        world,
                        world,
                        installed))
                .start();
        world.host.events().subscribe(AutoTlsChanged.class, world.told::add);
    }

    @Test
    void anEndedCertificateIsNotAnnouncedAnyMore() {
        run(world -> {
            world.start().reachable().awaitState(State.CERTIFIED);
            world.refusal = new AutoTlsException("the broker is away", "look after it");
            world.simulation.sleep(LIFE.minusHours(1));
            assertThat(world.host.addresses()).contains(world.named());
            world.simulation.sleep(Duration.ofHours(2));
            assertThat(world.host.addresses()).containsExactly(TCP);
        });
    }

    @Test
    void anAddressThatPeersTryInVainIsNotAnnounced() {
        run(world -> {
            world.start().reachable().awaitState(State.CERTIFIED);
            world.host.addressBook().put(TCP, Origin.LISTEN, libp2p.core.peer.AddressBook.State.UNREACHABLE);
            world.simulation.sleep(Duration.ofSeconds(1));
            assertThat(world.host.addresses()).isEmpty();
        });
    }

    @Test
    void aNameThatPeersTryInVainIsNotAnnouncedAgain() {
        run(world -> {
            world.start().reachable().awaitState(State.CERTIFIED);
            world.host
                    .addressBook()
                    .put(world.named(), Origin.CONFIGURED, libp2p.core.peer.AddressBook.State.UNREACHABLE);
            world.simulation.sleep(Duration.ofHours(2));
            assertThat(world.host.addresses()).containsExactly(TCP);
        });
    }

    @Test
    void aCertificateThatHasEndedAlreadyIsRefused() {
        run(world -> {
            world.life = Duration.ZERO;
            world.start().reachable().awaitState(State.FAILED);
            assertThat(world.told.getLast().message()).contains("has ended");
            assertThat(Files.exists(folder.resolve("chain.pem"))).isFalse();
        });
    }

    @Test
    void closingTheHostEndsAnOrderThatIsUnderWay() {
        run(world -> {
            world.hangs = true;
            world.start().reachable();
            world.simulation.await("an order", LIFE, () -> world.orders.size() == 1);
            world.host.close();
            assertThat(world.simulation.livingThreads()).noneMatch(name -> name.contains("autotls"));
        });
    }

    @Test
    void itsFilesAreOfTheirOwnerAlone() {
        run(world -> {
            world.start().reachable().awaitState(State.CERTIFIED);
            try (Stream<Path> files = Files.list(folder)) {
                assertThat(files.toList())
                        .hasSize(4)
                        .allSatisfy(
                                file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                                        .isEqualTo("rw-------"));
            }
        });
    }

    /** A key that another user knows would get a certificate for the names of this host. */
    @Test
    void noKeyIsTakenFromAFolderThatAllMayChange() {
        run(world -> {
            new CertificateFolder(folder).certifiedKey();
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
            world.start().reachable().awaitState(State.FAILED);
            assertThat(world.orders).isEmpty();
            assertThat(world.told.getLast().message()).contains("chmod o-w");
        });
    }

    @Test
    void addressesThatANatTranslatesAreNotTold() {
        assertThat(AutoTlsService.isTranslated(InetAddress.ofLiteral("64:ff9b::102:304")))
                .isTrue();
        assertThat(AutoTlsService.isTranslated(InetAddress.ofLiteral("2001:db8::1")))
                .isFalse();
        assertThat(AutoTlsService.isTranslated(InetAddress.ofLiteral("1.2.3.4")))
                .isFalse();
    }

    @Test
    void namesOfAddressesAreLabelsOfTheDns() {
        PeerId peer = PeerId.parse("12D3KooWATZi2wFwQxQ14Z3q24TDNWKap6f8W5ryLE6Da4RMfsxy");
        ForgeName name = ForgeName.of("libp2p.direct", peer);
        // the example of the specification
        assertThat(name.certified())
                .isEqualTo("*.k51qzi5uqu5dgf513xbrfjl4smgo2eh1x8p8y6grzsf1oz0reiy56p65tds3s6.libp2p.direct");
        String rest = "." + name.certified().substring(2) + "/ws";
        for (String[] each : new String[][] {
            {"/ip4/142.93.194.175", "142-93-194-175"},
            {"/ip6/2001:db8::1", "2001-db8--1"},
            {"/ip6/2001:db8::", "2001-db8--0"},
            {"/ip6/::1", "0--1"}
        }) {
            assertThat(name.announced(Multiaddr.parse(each[0] + "/tcp/4001/tls/sni/*.libp2p.direct/ws")))
                    .hasToString(each[0] + "/tcp/4001/tls/sni/" + each[1] + rest);
        }
        assertThat(name.announced(Multiaddr.parse("/ip4/1.2.3.4/tcp/4001/tls/sni/*.example.org/ws")))
                .isNull();
        assertThat(name.announced(Multiaddr.parse("/ip4/1.2.3.4/tcp/4001/tls/ws")))
                .isNull();
    }
}
