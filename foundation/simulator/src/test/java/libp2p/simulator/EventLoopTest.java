package libp2p.simulator;

import static libp2p.simulator.TwoHosts.bytes;
import static libp2p.simulator.TwoHosts.underSeeds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.ReadHandler;
import libp2p.core.environment.TcpChannel;
import libp2p.core.environment.UdpSocket;
import libp2p.simulator.TwoHosts.Connected;
import org.junit.jupiter.api.Test;

/** The contract of event loops, in the simulated world. */
class EventLoopTest {
    private static final int SEEDS = 100;

    /** Collects what a socket brings. */
    private static final class Collector implements ReadHandler {
        private final TcpChannel channel;
        final ByteBuffer got = ByteBuffer.allocate(200_000);
        private final ByteBuffer piece = ByteBuffer.allocate(100);
        int calls;
        boolean ended;
        boolean closed;

        Collector(TcpChannel channel) {
            this.channel = channel;
        }

        @Override
        public long onReadable() {
            calls++;
            assertThat(closed).as("called after the last call").isFalse();
            try {
                int count;
                while ((count = channel.read(piece.clear())) > 0) {
                    got.put(piece.flip());
                }
                if (count < 0) {
                    ended = true;
                    channel.close();
                }
            } catch (ClosedChannelException e) {
                closed = true;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            return 0;
        }
    }

    private static byte[] pattern(int size) {
        byte[] pattern = new byte[size];
        for (int i = 0; i < size; i++) {
            pattern[i] = (byte) (i * 7);
        }
        return pattern;
    }

    private static byte[] taken(ByteBuffer buffer) {
        byte[] taken = new byte[buffer.position()];
        buffer.get(0, taken);
        return taken;
    }

    @Test
    void everyByteAndTheEndArriveInPortionsAndTheHandlerIsCalledOnceMoreAfterTheClose() {
        underSeeds(SEEDS, hosts -> {
            Connected pair = hosts.connected();
            Collector collector = new Collector(pair.server());
            pair.server().onReadable(collector);
            byte[] sent = pattern(100_000);
            pair.client().write(ByteBuffer.wrap(sent));
            pair.client().shutdownOutput();
            hosts.simulation().await("the end", () -> collector.ended);
            assertThat(taken(collector.got)).isEqualTo(sent);
            hosts.simulation().await("the last call", () -> collector.closed);
            pair.client().close();
            hosts.simulation()
                    .await(
                            "the loop has ended",
                            () -> hosts.simulation().livingThreads().size() == 1);
        });
    }

    @Test
    void writesTakeWhatTheSocketTakesAndBytesKeepTheirOrder() {
        underSeeds(SEEDS, hosts -> {
            hosts.network().socketBuffer(3_000);
            Connected pair = hosts.connected();
            pair.client().onReadable(() -> 0);
            Collector collector = new Collector(pair.server());
            pair.server().onReadable(collector);
            byte[] sent = pattern(50_000);
            ByteBuffer rest = ByteBuffer.wrap(sent);
            int partial = 0;
            while (rest.hasRemaining()) {
                int before = rest.remaining();
                pair.client().tryWrite(rest);
                if (rest.hasRemaining()) {
                    partial++;
                    assertThat(rest.remaining()).isLessThanOrEqualTo(before);
                    ByteBuffer some = rest.slice(rest.position(), Math.min(100, rest.remaining()));
                    pair.client().write(some); // waits for room
                    rest.position(rest.position() + some.position());
                }
            }
            assertThat(partial).isPositive();
            pair.client().shutdownOutput();
            hosts.simulation().await("the end", () -> collector.ended);
            assertThat(taken(collector.got)).isEqualTo(sent);
        });
    }

    @Test
    void aPauseIsKeptWhateverComesAndWhatCameIsNotForgotten() {
        underSeeds(SEEDS, hosts -> {
            Connected pair = hosts.connected();
            Duration pause = Duration.ofMillis(500);
            List<Duration> calls = new ArrayList<>();
            Collector collector = new Collector(pair.server());
            pair.server().onReadable(() -> {
                calls.add(hosts.simulation().elapsed());
                if (calls.size() == 1) {
                    return pause.toNanos();
                }
                collector.onReadable();
                return 0;
            });
            pair.client().write(bytes("hello"));
            hosts.simulation().await("the second call", () -> calls.size() > 1);
            assertThat(calls.get(1).minus(calls.get(0))).isGreaterThanOrEqualTo(pause);
            hosts.simulation().await("what came during the pause", () -> collector.got.position() == 5);
            pair.server().close();
            pair.client().close();
        });
    }

    @Test
    void aHandlerThatWantsAnotherTurnGetsItBesideTheOthers() {
        underSeeds(SEEDS, hosts -> {
            Connected pair = hosts.connected();
            int[] again = {0};
            pair.client().onReadable(() -> again[0]++ < 200 ? ReadHandler.AGAIN : 0);
            Collector collector = new Collector(pair.server());
            pair.server().onReadable(collector);
            pair.client().write(bytes("hello"));
            hosts.simulation().await("both were served", () -> again[0] > 200 && collector.got.position() == 5);
        });
    }

    @Test
    void aThreadThatALoopWakesRunsWhenTheReadIsDelivered() {
        underSeeds(SEEDS, hosts -> {
            Connected pair = hosts.connected();
            boolean[] delivering = {false};
            boolean[] woken = {false};
            SimulatedTask sleeper = hosts.simulation().spawn("sleeper", () -> {
                while (!woken[0]) {
                    hosts.bob().park(this, Deadline.NONE);
                }
                assertThat(delivering[0]).isFalse();
            });
            pair.server().onReadable(() -> {
                delivering[0] = true;
                woken[0] = true;
                hosts.bob().unpark(sleeper.thread());
                delivering[0] = false;
                return 0;
            });
            sleeper.join();
        });
    }

    @Test
    void anActionThatParksFailsByName() {
        assertThatThrownBy(() -> underSeeds(1, hosts -> {
                    Connected pair = hosts.connected();
                    pair.server().onReadable(() -> {
                        hosts.bob().park("the patience of a socket", Deadline.NONE);
                        return 0;
                    });
                    hosts.simulation().sleep(Duration.ofSeconds(1));
                }))
                .isInstanceOf(SimulationFailure.class)
                .hasMessageContaining("an action on event loop 'bob/loop-")
                .hasMessageContaining("waits: the patience of a socket");
    }

    @Test
    void anActionThatSharesALockWithAThreadThatWaitsFailsByName() {
        assertThatThrownBy(() -> underSeeds(1, hosts -> {
                    Connected pair = hosts.connected();
                    ReentrantLock lock = new ReentrantLock();
                    SimulatedTask holder = hosts.simulation().spawn("holder", () -> {
                        lock.lock();
                        try {
                            hosts.simulation().sleep(Duration.ofSeconds(2));
                        } finally {
                            lock.unlock();
                        }
                    });
                    hosts.simulation().settle();
                    pair.server().onReadable(() -> {
                        lock.lock();
                        lock.unlock();
                        return 0;
                    });
                    holder.join();
                }))
                .isInstanceOf(SimulationFailure.class)
                .hasMessageContaining("waits for a thread that waits itself");
    }

    @Test
    void aSocketThatIsLeftOpenAtItsEndFailsByName() {
        assertThatThrownBy(() -> underSeeds(1, hosts -> {
                    Connected pair = hosts.connected();
                    pair.server().onReadable(() -> {
                        try {
                            assertThat(pair.server().read(ByteBuffer.allocate(1)))
                                    .isLessThanOrEqualTo(0);
                        } catch (IOException e) {
                            throw new AssertionError(e);
                        }
                        return 0;
                    });
                    pair.client().close();
                    hosts.simulation().sleep(Duration.ofSeconds(1));
                }))
                .isInstanceOf(SimulationFailure.class)
                .hasMessageContaining("a handler leaves what there is to read, and keeps event loop 'bob/loop-");
    }

    @Test
    void aLockThatIsHeldForAMomentIsNoWait() {
        underSeeds(SEEDS, hosts -> {
            Connected pair = hosts.connected();
            ReentrantLock lock = new ReentrantLock();
            int[] calls = {0};
            pair.server().onReadable(() -> {
                lock.lock();
                try {
                    calls[0]++;
                } finally {
                    lock.unlock();
                }
                return calls[0] < 20 ? ReadHandler.AGAIN : 0;
            });
            for (int i = 0; i < 20; i++) {
                lock.lock();
                try {
                    hosts.simulation().schedulePoint();
                } finally {
                    lock.unlock();
                }
            }
            hosts.simulation().await("all calls", () -> calls[0] >= 20);
        });
    }

    @Test
    void onlyTheLoopReadsASocketThatItServes() {
        underSeeds(1, hosts -> {
            Connected pair = hosts.connected();
            pair.server().onReadable(() -> 0);
            assertThatThrownBy(() -> pair.server().read(ByteBuffer.allocate(1)))
                    .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> pair.client().tryWrite(bytes("x")))
                    .isInstanceOf(UnsupportedOperationException.class);
        });
    }

    @Test
    void anInterruptedThreadDoesNotCloseASocketThatALoopServes() {
        underSeeds(SEEDS, hosts -> {
            Connected pair = hosts.connected();
            pair.client().onReadable(() -> 0);
            Collector collector = new Collector(pair.server());
            pair.server().onReadable(collector);
            SimulatedTask writer = hosts.simulation().spawn("writer", () -> {
                Thread.currentThread().interrupt();
                pair.client().write(bytes("hello"));
            });
            writer.join();
            hosts.simulation().await("the bytes", () -> collector.got.position() == 5);
        });
    }

    @Test
    void datagramsAreTakenByEvents() {
        underSeeds(SEEDS, hosts -> {
            UdpSocket alice = hosts.alice().network().bindUdp(new InetSocketAddress("10.0.0.1", 7_000));
            UdpSocket bob = hosts.bob().network().bindUdp(new InetSocketAddress("10.0.0.2", 9_000));
            List<String> got = new ArrayList<>();
            boolean[] last = {false};
            assertThat(bob.onReadable(() -> {
                        ByteBuffer target = ByteBuffer.allocate(100);
                        try {
                            InetSocketAddress from;
                            while ((from = bob.tryReceive(target.clear())) != null) {
                                got.add(from.getPort() + ":" + target.position());
                            }
                        } catch (ClosedChannelException e) {
                            last[0] = true;
                        } catch (IOException e) {
                            throw new AssertionError(e);
                        }
                        return 0;
                    }))
                    .isTrue();
            alice.onReadable(() -> 0);
            for (int i = 1; i <= 20; i++) {
                ByteBuffer datagram = ByteBuffer.allocate(i);
                while (!alice.trySend(datagram, bob.localAddress())) {
                    assertThat(datagram.remaining())
                            .as("nothing is taken by halves")
                            .isEqualTo(i);
                    hosts.simulation().sleep(Duration.ofMillis(1));
                }
            }
            hosts.simulation().await("all datagrams", () -> got.size() == 20);
            assertThat(got).doesNotHaveDuplicates().contains("7000:1", "7000:20");
            assertThatThrownBy(() -> bob.receive(ByteBuffer.allocate(1))).isInstanceOf(IllegalStateException.class);
            bob.close();
            hosts.simulation().await("the last call", () -> last[0]);
        });
    }

    /** Datagrams that a socket refuses are lost: half of them would be no network that anybody has. */
    @Test
    void aSocketRefusesFewDatagramsUnderAnySeed() {
        int[] refusedInAll = {0};
        underSeeds(SEEDS, hosts -> {
            UdpSocket alice = hosts.alice().network().bindUdp(new InetSocketAddress("10.0.0.1", 7_000));
            alice.onReadable(() -> 0);
            int refused = 0;
            for (int i = 0; i < 2_000; i++) {
                if (!alice.trySend(ByteBuffer.allocate(100), new InetSocketAddress("10.0.0.2", 9_000))) {
                    refused++;
                    hosts.simulation().sleep(Duration.ofMillis(1));
                }
            }
            assertThat(refused).isLessThan(60);
            refusedInAll[0] += refused;
        });
        assertThat(refusedInAll[0]).isPositive();
    }
}
