package libp2p.testkit.transport;

import static libp2p.testkit.transport.TransportPair.async;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ConnectionClosedException;
import libp2p.core.connection.DialException;
import libp2p.core.connection.LimitedConnectionException;
import libp2p.core.connection.PeerMismatchException;
import libp2p.core.environment.Deadline;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.host.DialOptions;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.Identity;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.Direction;
import libp2p.protocols.echo.Echo;
import libp2p.protocols.ping.Ping;
import libp2p.swarm.Swarm;
import libp2p.system.SystemEnvironment;
import libp2p.testkit.transport.TransportPair.Ends;

/** The contract of dialing, connections and their ends over every transport; each method is a case. */
final class ConnectionCases {
    private ConnectionCases() {}

    static void bothSidesKnowWhoTheOtherIs(TransportPair pair) throws Exception {
        Connection near = pair.connection();
        Connection far = pair.far();
        assertThat(near.remotePeer()).isEqualTo(pair.server.peerId());
        assertThat(far.remotePeer()).isEqualTo(pair.client.peerId());
        assertThat(far.remoteKey()).isEqualTo(pair.client.identity().publicKey());
        assertThat(near.direction()).isEqualTo(Direction.OUTBOUND);
        assertThat(far.direction()).isEqualTo(Direction.INBOUND);
    }

    static void theAddressesAreThoseThatWereDialed(TransportPair pair) throws Exception {
        assertThat(pair.connection().remoteAddress())
                .isEqualTo(pair.server.addresses().getFirst());
        assertThat(pair.far().localAddress()).isEqualTo(pair.server.addresses().getFirst());
    }

    static void theStateNamesWhatWasNegotiated(TransportPair pair) throws Exception {
        assertThat(pair.connection().state().security()).contains(pair.transport.security());
        assertThat(pair.connection().state().muxer()).contains(pair.transport.muxer());
        assertThat(pair.transport.name()).startsWith(pair.connection().state().transport());
    }

    static void aDirectConnectionIsNotLimited(TransportPair pair) throws Exception {
        assertThat(pair.connection().isLimited()).isFalse();
        assertThat(pair.far().isLimited()).isFalse();
    }

    static void aLimitedConnectionSaysSo(TransportPair pair) throws Exception {
        Swarm limited = (Swarm) pair.transport.limitedHost().start();
        DialOptions allowed = DialOptions.DEFAULT.withAllowLimited();
        Connection connection = limited.connect(pair.address, allowed);
        assertThat(connection.isLimited()).isTrue();
        assertThat(connection.state().limits()).isEqualTo(TransportUnderTest.LIMITS);
        assertThatThrownBy(() -> connection.open(Deadline.NONE, Echo.PROTOCOL))
                .isInstanceOf(LimitedConnectionException.class);
        assertThatThrownBy(() -> limited.open(pair.address, DialOptions.DEFAULT.withNoDial(), Echo.PROTOCOL))
                .isInstanceOf(LimitedConnectionException.class);
        connection.openAllowingLimited(Deadline.NONE, Echo.PROTOCOL).close();
        limited.open(pair.address, allowed, Echo.PROTOCOL).close();
        TransportPair.closeAndCheck(limited);
    }

    static void pingsShareOneConnection(TransportPair pair) throws Exception {
        assertThat(Ping.once(pair.client, pair.address)).isPositive();
        assertThat(Ping.once(pair.client, pair.address)).isPositive();
        assertThat(pair.client.connections()).hasSize(1);
    }

    static void manyCallersShareOneDial(TransportPair pair) throws Exception {
        List<FutureTask<Connection>> callers = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            callers.add(async(pair::connection));
        }
        for (FutureTask<Connection> caller : callers) {
            assertThat(caller.get()).isSameAs(callers.getFirst().get());
        }
    }

    static void manyHostsDialAtOnce(TransportPair pair) throws Exception {
        List<FutureTask<Void>> hosts = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            hosts.add(async(() -> {
                Swarm host = (Swarm) pair.transport.host().start();
                assertThat(Ping.once(host, pair.address)).isPositive();
                TransportPair.closeAndCheck(host);
                return null;
            }));
        }
        for (FutureTask<Void> host : hosts) {
            host.get();
        }
    }

    static void aWrongPeerIsNamedWithBothIds(TransportPair pair) {
        PeerId other = Identity.generate(SystemEnvironment.shared()).peerId();
        assertThatThrownBy(() -> pair.client.connect(new PeerAddress(other, pair.server.addresses())))
                .isInstanceOfSatisfying(
                        DialException.class,
                        e -> assertThat(e.causes().values())
                                .singleElement()
                                .isInstanceOfSatisfying(PeerMismatchException.class, mismatch -> {
                                    assertThat(mismatch.expected()).isEqualTo(other);
                                    assertThat(mismatch.actual()).isEqualTo(pair.server.peerId());
                                }));
        assertThat(pair.client.connections()).isEmpty();
    }

    static void aListenerThatIsGoneIsNotReached(TransportPair pair) {
        pair.server.close();
        assertThatThrownBy(pair::connection).isInstanceOf(DialException.class);
    }

    static void twoHostsDoNotListenOnOneAddress(TransportPair pair) {
        String taken = pair.server.addresses().getFirst().toString();
        assertThatThrownBy(() -> pair.transport.host().listen(taken).start()).isInstanceOf(IOException.class);
    }

    static void aDialIsLateAtAnyMomentAndLeavesNothing(TransportPair pair) throws Exception {
        for (int i = 0; i < 20; i++) {
            Swarm host = (Swarm) pair.transport.host().start();
            try {
                host.connect(pair.address, DialOptions.DEFAULT.withTimeout(Duration.ofNanos(1 + i * 200_000L)));
            } catch (IOException late) {
                assertThat(late).isInstanceOfAny(DeadlineExceededException.class, DialException.class);
            }
            TransportPair.closeAndCheck(host);
        }
        assertThat(Ping.once(pair.client, pair.address)).isPositive();
    }

    static void aDialIsCancelledAtAnyMomentAndLeavesNothing(TransportPair pair) throws Exception {
        for (int i = 0; i < 20; i++) {
            Swarm host = (Swarm) pair.transport.host().start();
            Thread dialing = Thread.ofVirtual().start(() -> {
                try {
                    host.connect(pair.address);
                } catch (IOException cancelled) {
                    assertThat(Thread.currentThread().isInterrupted()).isTrue();
                }
            });
            SystemEnvironment.shared().schedule(i * 200_000L, dialing::interrupt);
            dialing.join();
            TransportPair.closeAndCheck(host);
        }
        assertThat(Ping.once(pair.client, pair.address)).isPositive();
    }

    static void closingAHostEndsItsDials(TransportPair pair) throws Exception {
        for (int i = 0; i < 10; i++) {
            Swarm host = (Swarm) pair.transport.host().start();
            FutureTask<Connection> dial = async(() -> host.connect(pair.address));
            TransportPair.closeAndCheck(host);
            try {
                assertThat(dial.get().isOpen()).isFalse();
            } catch (java.util.concurrent.ExecutionException ended) {
                assertThat(ended.getCause()).isInstanceOfAny(IOException.class, IllegalStateException.class);
            }
        }
    }

    private static FutureTask<Integer> reader(libp2p.core.connection.Stream stream) {
        return async(() -> stream.read(new byte[1], 0, 1));
    }

    static void aCloseEndsEveryWait(TransportPair pair) throws Exception {
        Ends ends = pair.stream();
        FutureTask<Integer> near = reader(ends.near());
        FutureTask<Integer> far = reader(ends.far());
        ends.near().connection().close(0, "enough");
        assertThatThrownBy(near::get).hasCauseInstanceOf(IOException.class);
        assertThatThrownBy(far::get).hasCauseInstanceOf(IOException.class);
        assertThat(ends.far().connection().closeReason())
                .extracting(reason -> reason.remote())
                .isEqualTo(true);
        assertThat(ends.near().connection().closeReason())
                .extracting(reason -> reason.remote())
                .isEqualTo(false);
    }

    static void aCloseCarriesItsCode(TransportPair pair) throws Exception {
        Ends ends = pair.stream();
        FutureTask<Integer> near = reader(ends.near());
        ends.far().connection().close(0x1006, "enough");
        assertThatThrownBy(near::get).hasCauseInstanceOf(IOException.class);
        assertThat(ends.near().connection().closeReason())
                .extracting(reason -> reason.code())
                .isEqualTo(0x1006L);
    }

    static void whatWasWrittenBeforeTheCloseArrives(TransportPair pair) throws Exception {
        Ends ends = pair.stream();
        byte[] sent = TransportPair.bytes(20_000);
        ends.near().write(sent);
        ends.near().closeWrite();
        ends.near().connection().close(0, "done");
        assertThat(ends.far().input().readAllBytes()).isEqualTo(sent);
    }

    static void nothingIsOpenedOnAClosedConnection(TransportPair pair) throws Exception {
        Connection connection = pair.connection();
        connection.close(0, "enough");
        assertThatThrownBy(() -> connection.open(Deadline.NONE, "/case/1.0.0"))
                .isInstanceOf(ConnectionClosedException.class);
    }

    static void aClosedPeerIsDialedAnew(TransportPair pair) throws Exception {
        Connection first = pair.connection();
        first.close(0, "enough");
        assertThat(Ping.once(pair.client, pair.address)).isPositive();
        assertThat(pair.connection().id()).isNotEqualTo(first.id());
    }

    static void closingTheHostTellsThePeer(TransportPair pair) throws Exception {
        Ends ends = pair.stream();
        FutureTask<Integer> near = reader(ends.near());
        pair.server.close();
        assertThatThrownBy(near::get).hasCauseInstanceOf(IOException.class);
        assertThat(ends.near().connection().isOpen()).isFalse();
    }

    static void aClosedHostMayBeClosedAgain(TransportPair pair) throws Exception {
        pair.connection();
        pair.client.close();
        pair.client.close();
    }
}
