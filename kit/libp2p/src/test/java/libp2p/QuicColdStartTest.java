package libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.ForwardingEnvironment;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.Identity;
import libp2p.swarm.SwarmLimits;
import libp2p.system.SystemEnvironment;
import libp2p.transports.quic.ColdQuic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The first dials of a process that has not used QUIC before. Loading the native library, making a certificate and
 * opening the socket take none of the time that the remote has for its handshake.
 */
class QuicColdStartTest {
    private Host server;

    /** A monotonic clock that can be put forward. */
    private static final class LeapingClock extends ForwardingEnvironment {
        private final AtomicLong ahead = new AtomicLong();

        LeapingClock(Environment environment) {
            super(environment);
        }

        void leap(Duration time) {
            ahead.addAndGet(time.toNanos());
        }

        @Override
        public long nanoTime() {
            return super.nanoTime() + ahead.get();
        }

        @Override
        public void park(Object blocker, Deadline deadline) {
            super.park(blocker, deadline.isFinite() ? new Deadline(deadline.nanos() - ahead.get()) : deadline);
        }
    }

    @BeforeEach
    void listen() throws IOException {
        server = Libp2p.host().listen("/ip4/127.0.0.1/udp/0/quic-v1").start();
    }

    @AfterEach
    void close() {
        server.close();
    }

    private PeerAddress address() {
        return PeerAddress.of(server.peerId(), server.addresses());
    }

    @Test
    void whatLoadingTheEngineTakesIsNotTakenFromTheHandshake() throws IOException {
        LeapingClock clock = new LeapingClock(SystemEnvironment.shared());
        ColdQuic cold = new ColdQuic(
                () -> clock.leap(SwarmLimits.DEFAULT.dialing().localTimeout().multipliedBy(2)));
        try (Host client =
                Libp2p.host().environment(clock).transports(cold.factory()).start()) {
            assertThat(client.connect(address()).isOpen()).isTrue();
            assertThat(cold.loaded()).isEqualTo(1);
        }
    }

    @Test
    void dialsThatComeMeanwhileWaitForTheSameEngine() throws Exception {
        int dials = 4;
        CountDownLatch begun = new CountDownLatch(dials);
        ColdQuic cold = new ColdQuic(() -> {
            try {
                begun.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        try (Host client = Libp2p.host().transports(cold.factory()).start()) {
            List<CompletableFuture<Boolean>> connected = new ArrayList<>();
            for (int i = 0; i < dials; i++) {
                CompletableFuture<Boolean> done = new CompletableFuture<>();
                connected.add(done);
                PeerAddress target = i == 0
                        ? address()
                        : PeerAddress.of(
                                Identity.generate(SystemEnvironment.shared()).peerId(), server.addresses());
                Thread.ofVirtual().start(() -> {
                    begun.countDown();
                    try {
                        done.complete(client.connect(target).isOpen());
                    } catch (IOException anotherPeer) {
                        done.complete(false);
                    }
                });
            }
            for (int i = 0; i < dials; i++) {
                assertThat(connected.get(i).get()).isEqualTo(i == 0);
            }
            assertThat(cold.loaded()).isEqualTo(1);
        }
    }

    @Test
    void aFirstDialThatIsCancelledMeanwhileSpoilsNothing() throws Exception {
        CountDownLatch loading = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        AtomicBoolean first = new AtomicBoolean(true);
        ColdQuic cold = new ColdQuic(() -> {
            if (first.getAndSet(false)) {
                loading.countDown();
                try {
                    cancelled.await();
                } catch (InterruptedException e) {
                    throw new AssertionError("the thread that loads was interrupted", e);
                }
            }
        });
        try (Host client = Libp2p.host().transports(cold.factory()).start()) {
            CompletableFuture<IOException> failure = new CompletableFuture<>();
            Thread dialing = Thread.ofVirtual().start(() -> {
                try {
                    client.connect(address());
                } catch (IOException interrupted) {
                    failure.complete(interrupted);
                }
            });
            loading.await();
            dialing.interrupt();
            assertThat(failure.get()).hasMessageContaining("interrupted");
            cancelled.countDown();
            assertThat(client.connect(address()).isOpen()).isTrue();
        }
    }
}
