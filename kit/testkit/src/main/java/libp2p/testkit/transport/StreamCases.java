package libp2p.testkit.transport;

import static libp2p.testkit.transport.TransportPair.async;
import static libp2p.testkit.transport.TransportPair.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import libp2p.core.connection.ConnectionClosedException;
import libp2p.core.connection.NegotiationException;
import libp2p.core.connection.Stream;
import libp2p.core.connection.StreamPriority;
import libp2p.core.connection.StreamResetException;
import libp2p.core.environment.Deadline;
import libp2p.core.host.DialOptions;
import libp2p.protocols.echo.Echo;
import libp2p.protocols.ping.Ping;
import libp2p.testkit.transport.TransportPair.Ends;
import org.assertj.core.api.ThrowingConsumer;

/** The contract of streams over every transport; each method is a case. */
final class StreamCases {
    private static final long CODE = 0x1234;
    private static final int MORE_THAN_ANY_WINDOW = 32 << 20;

    private StreamCases() {}

    private static void carries(byte[] sent, int piece, Stream from, Stream to) throws Exception {
        FutureTask<Void> writer = async(() -> {
            for (int at = 0; at < sent.length; at += piece) {
                from.write(sent, at, Math.min(piece, sent.length - at));
            }
            from.closeWrite();
            return null;
        });
        assertThat(to.input().readAllBytes()).isEqualTo(sent);
        writer.get();
    }

    static void bytesArriveBothWays(TransportPair pair) throws Exception {
        Ends ends = pair.stream();
        carries(bytes(1_000_000), 10_000, ends.near(), ends.far());
        carries(bytes(1_000_001), 10_000, ends.far(), ends.near());
    }

    static void oneLargeWriteArrives(TransportPair pair) throws Exception {
        Ends ends = pair.stream();
        carries(bytes(5_000_000), 5_000_000, ends.near(), ends.far());
    }

    static void singleBytesArrive(TransportPair pair) throws Exception {
        Ends ends = pair.stream();
        carries(bytes(2_000), 1, ends.near(), ends.far());
    }

    static void anActionRunsWhenThereIsSomethingToRead(TransportPair pair) throws Exception {
        Ends ends = pair.stream();
        CountDownLatch came = new CountDownLatch(1);
        assertThat(ends.far().onReadable(came::countDown)).isFalse();
        ends.near().write(new byte[] {7});
        came.await();
        assertThat(ends.far().onReadable(() -> {})).isTrue();
        assertThat(ends.far().input().read()).isEqualTo(7);
        assertThat(ends.far().isWritable(1000)).isTrue();
        CountDownLatch ended = new CountDownLatch(1);
        assertThat(ends.far().onReadable(ended::countDown)).isFalse();
        ends.near().closeWrite();
        ended.await();
        assertThat(ends.far().input().read()).isEqualTo(-1);
        CountDownLatch reset = new CountDownLatch(1);
        Ends others = pair.stream();
        assertThat(others.far().onReadable(reset::countDown)).isFalse();
        others.near().reset(CODE);
        reset.await();
        assertThatThrownBy(() -> others.far().read(new byte[1], 0, 1)).isInstanceOf(StreamResetException.class);
    }

    static void theDialerMayEndItsWayFirst(TransportPair pair) throws Exception {
        Ends ends = pair.stream();
        ends.near().closeWrite();
        assertThat(ends.far().input().read()).isEqualTo(-1);
        ends.far().write(new byte[] {7});
        assertThat(ends.near().input().read()).isEqualTo(7);
    }

    static void theListenerMayEndItsWayFirst(TransportPair pair) throws Exception {
        Ends ends = pair.stream();
        ends.far().closeWrite();
        assertThat(ends.near().input().read()).isEqualTo(-1);
        ends.near().write(new byte[] {7});
        assertThat(ends.far().input().read()).isEqualTo(7);
    }

    static void nothingIsWrittenBehindTheEnd(TransportPair pair) throws Exception {
        Ends ends = pair.stream();
        ends.near().closeWrite();
        ends.near().closeWrite();
        TransportPair.fails(ClosedChannelException.class, () -> ends.near().write(new byte[1]));
    }

    static void aClosedStreamSaysSo(TransportPair pair) throws Exception {
        Ends ends = pair.stream();
        ends.near().close();
        TransportPair.fails(ClosedChannelException.class, () -> ends.near().write(new byte[1]));
        TransportPair.fails(ClosedChannelException.class, () -> ends.near().read(new byte[1], 0, 1));
    }

    static void aClosedConnectionSaysSo(TransportPair pair) throws Exception {
        Ends ends = pair.stream();
        CountDownLatch ended = new CountDownLatch(2);
        ends.near().onRemoteEnd(ended::countDown);
        ends.far().onRemoteEnd(ended::countDown);
        ends.near().connection().close(0, "on purpose");
        ended.await();
        for (Stream stream : List.of(ends.near(), ends.far())) {
            TransportPair.fails(ConnectionClosedException.class, () -> stream.write(new byte[1]));
            TransportPair.fails(ConnectionClosedException.class, () -> stream.read(new byte[1], 0, 1));
        }
    }

    static void aResetStreamSaysSoEachTimeAnew(TransportPair pair) throws Exception {
        Ends ends = pair.stream();
        CountDownLatch ended = new CountDownLatch(1);
        ends.far().onRemoteEnd(ended::countDown);
        ends.near().reset(CODE);
        ended.await();
        for (Stream stream : List.of(ends.near(), ends.far())) {
            TransportPair.fails(StreamResetException.class, () -> stream.write(new byte[1]));
            TransportPair.fails(StreamResetException.class, () -> stream.read(new byte[1], 0, 1));
        }
    }

    static void aStreamThatIsOnlyWrittenHearsOfItsEnd(TransportPair pair) throws Exception {
        for (ThrowingConsumer<Stream> end :
                List.<ThrowingConsumer<Stream>>of(Stream::closeWrite, Stream::close, stream -> stream.reset(CODE))) {
            Ends ends = pair.stream();
            CountDownLatch both = new CountDownLatch(2);
            ends.near().onRemoteEnd(both::countDown);
            ends.near().onRemoteEnd(both::countDown);
            assertThat(both.getCount()).isEqualTo(2);
            end.accept(ends.far());
            both.await();
            CountDownLatch late = new CountDownLatch(1);
            ends.near().onRemoteEnd(late::countDown);
            late.await();
            ends.near().reset(0);
        }
    }

    static void aResetFromHereEndsTheStreamForThoseWhoWait(TransportPair pair) throws Exception {
        Ends ends = pair.stream();
        CountDownLatch ended = new CountDownLatch(1);
        ends.near().onRemoteEnd(ended::countDown);
        ends.near().reset(CODE);
        ended.await();
    }

    static void bytesBeforeTheEndCanStillBeRead(TransportPair pair) throws Exception {
        Ends ends = pair.stream();
        CountDownLatch ended = new CountDownLatch(1);
        ends.near().onRemoteEnd(ended::countDown);
        ends.far().write(new byte[] {1, 2, 3});
        ends.far().closeWrite();
        ended.await();
        assertThat(ends.near().input().readAllBytes()).containsExactly(1, 2, 3);
    }

    static void everyPriorityCarriesBytes(TransportPair pair) throws Exception {
        for (StreamPriority priority : StreamPriority.values()) {
            Ends ends = pair.stream();
            ends.near().priority(priority);
            carries(bytes(50_000), 10_000, ends.near(), ends.far());
        }
    }

    static void theSafeFormTakesOptionsAndSeveralProtocols(TransportPair pair) throws Exception {
        byte[] got = pair.client.open(
                pair.address,
                DialOptions.DEFAULT.withTimeout(Duration.ofMinutes(1)),
                stream -> {
                    assertThat(stream.protocol()).isEqualTo(Echo.PROTOCOL);
                    stream.write(new byte[] {1, 2});
                    stream.closeWrite();
                    return stream.input().readAllBytes();
                },
                "/unknown/1.0.0",
                Echo.PROTOCOL);
        assertThat(got).containsExactly(1, 2);
    }

    static void aConfirmedStreamIsConfirmedAtOnce(TransportPair pair) throws Exception {
        Ends ends = pair.stream();
        ends.far().write(new byte[] {7});
        assertThat(ends.near().input().read()).isEqualTo(7);
        ends.near().confirm(pair.past());
        ends.far().confirm(pair.past());
    }

    private static void resets(Stream from, Stream to, long code) throws Exception {
        FutureTask<Integer> there = async(() -> to.read(new byte[1], 0, 1));
        FutureTask<Integer> here = async(() -> from.read(new byte[1], 0, 1));
        from.reset(CODE);
        assertThatThrownBy(there::get).cause().isInstanceOfSatisfying(StreamResetException.class, reset -> {
            assertThat(reset.isRemote()).isTrue();
            assertThat(reset.code()).isEqualTo(code);
        });
        assertThatThrownBy(here::get).cause().isInstanceOfSatisfying(StreamResetException.class, reset -> {
            assertThat(reset.isRemote()).isFalse();
            assertThat(reset.code()).isEqualTo(CODE);
        });
        assertThatThrownBy(() -> to.write(new byte[1])).isInstanceOf(StreamResetException.class);
        assertThatThrownBy(() -> from.write(new byte[1])).isInstanceOf(StreamResetException.class);
    }

    static void aResetOfTheDialerCarriesItsCode(TransportPair pair) throws Exception {
        Ends ends = pair.stream();
        resets(ends.near(), ends.far(), CODE);
    }

    static void aResetOfTheListenerCarriesItsCode(TransportPair pair) throws Exception {
        Ends ends = pair.stream();
        resets(ends.far(), ends.near(), CODE);
    }

    static void aResetEndsBothWaysWithOrWithoutACode(TransportPair pair) throws Exception {
        Ends ends = pair.stream();
        FutureTask<Integer> there = async(() -> ends.far().read(new byte[1], 0, 1));
        ends.near().reset(CODE);
        assertThatThrownBy(there::get).hasCauseInstanceOf(StreamResetException.class);
        assertThat(Ping.once(pair.client, pair.address)).isPositive();
    }

    static void aLateReaderGetsEverythingAndTheEnd(TransportPair pair) throws Exception {
        Ends ends = pair.stream();
        byte[] sent = bytes(100_000);
        ends.near().write(sent);
        ends.near().close();
        Ping.once(pair.client, pair.address); // whatever was sent before has come
        assertThat(ends.far().input().readAllBytes()).isEqualTo(sent);
    }

    static void anEmptyStreamEnds(TransportPair pair) throws Exception {
        Ends ends = pair.stream();
        ends.near().close();
        assertThat(ends.far().input().read()).isEqualTo(-1);
    }

    static void whatIsNotWantedIsDiscarded(TransportPair pair) throws Exception {
        Ends ends = pair.stream();
        ends.near().closeRead(0);
        ends.near().write(new byte[] {9});
        assertThat(ends.far().input().read()).isEqualTo(9);
        TransportPair.fails(ClosedChannelException.class, () -> ends.near().read(new byte[1], 0, 1));
    }

    static void aSlowReaderHoldsNoOtherStreamUp(TransportPair pair) throws Exception {
        Ends slow = pair.stream();
        byte[] much = bytes(700_000);
        FutureTask<Void> writer = async(() -> {
            slow.near().write(much);
            slow.near().closeWrite();
            return null;
        });
        for (int i = 0; i < 10; i++) {
            assertThat(Ping.once(pair.client, pair.address)).isPositive();
        }
        assertThat(slow.far().input().readAllBytes()).isEqualTo(much);
        writer.get();
    }

    static void anUnknownProtocolIsRefusedAndTheConnectionGoesOn(TransportPair pair) throws Exception {
        assertThatThrownBy(() -> pair.client.open(pair.address, "/unknown/1.0.0"))
                .isInstanceOf(NegotiationException.class);
        assertThat(Ping.once(pair.client, pair.address)).isPositive();
        assertThat(pair.client.connections()).hasSize(1);
    }

    static void aHandlerThatFailsResetsItsStreamAlone(TransportPair pair) throws Exception {
        pair.server.handle("/fails/1.0.0", stream -> {
            throw new IllegalStateException("on purpose");
        });
        assertThatThrownBy(() -> pair.client.open(pair.address, "/fails/1.0.0").read(new byte[1], 0, 1))
                .isInstanceOf(StreamResetException.class);
        assertThat(Ping.once(pair.client, pair.address)).isPositive();
    }

    static void theListenerOpensStreamsToo(TransportPair pair) throws Exception {
        pair.client.handle("/back/1.0.0", stream -> stream.write(new byte[] {5}));
        try (Stream back = pair.far().open(Deadline.NONE, "/back/1.0.0")) {
            assertThat(back.input().read()).isEqualTo(5);
        }
    }

    private static void echo(TransportPair pair, int length) throws IOException {
        byte[] sent = bytes(length);
        byte[] got = pair.client.open(pair.address, Echo.PROTOCOL, stream -> {
            stream.write(sent);
            stream.closeWrite();
            return stream.input().readAllBytes();
        });
        assertThat(got).isEqualTo(sent);
    }

    static void twoHundredStreamsOneAfterTheOther(TransportPair pair) throws Exception {
        for (int i = 0; i < 200; i++) {
            echo(pair, 100 + i);
        }
    }

    static void fiftyStreamsAtATime(TransportPair pair) throws Exception {
        pair.connection();
        List<FutureTask<Void>> tasks = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            int length = 1_000 + i;
            tasks.add(async(() -> {
                echo(pair, length);
                return null;
            }));
        }
        for (FutureTask<Void> task : tasks) {
            task.get();
        }
    }

    static void sixteenThreadsOfChaosLeaveTheConnectionWhole(TransportPair pair) throws Exception {
        pair.connection();
        List<FutureTask<Void>> tasks = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            SplittableRandom random = new SplittableRandom(i);
            tasks.add(async(() -> {
                for (int step = 0; step < 20; step++) {
                    disturb(pair, random);
                }
                return null;
            }));
        }
        for (FutureTask<Void> task : tasks) {
            task.get();
        }
        assertThat(pair.client.connections()).hasSize(1);
        echo(pair, 10_000);
    }

    private static void disturb(TransportPair pair, SplittableRandom random) throws IOException {
        int how = random.nextInt(5);
        if (how == 0) {
            echo(pair, 1 + random.nextInt(20_000));
            return;
        }
        Stream stream = pair.client.open(pair.address, Echo.PROTOCOL);
        stream.write(new byte[1 + random.nextInt(5_000)]);
        switch (how) {
            case 1 -> stream.close();
            case 2 -> stream.read(new byte[1], 0, 1);
            case 3 -> stream.closeRead(CODE);
            default -> stream.closeWrite();
        }
        stream.reset(random.nextInt(100));
    }
}
