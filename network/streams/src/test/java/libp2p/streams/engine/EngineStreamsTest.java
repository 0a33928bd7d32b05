package libp2p.streams.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import libp2p.contracts.muxer.TestEnvironment;
import libp2p.core.connection.CloseReason;
import libp2p.core.connection.ConnectionClosedException;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.StreamResetException;
import libp2p.core.environment.Deadline;
import libp2p.core.muxer.MuxedStream;
import libp2p.streams.engine.FakeConnection.FakeStream;
import libp2p.streams.engine.FakeConnection.Table;
import org.junit.jupiter.api.Test;

/** Streams over an engine: what a table of them translates, several tables on one connection, and its end. */
class EngineStreamsTest {
    private final TestEnvironment environment = new TestEnvironment();
    private final FakeConnection connection = new FakeConnection(environment);
    private final Table table = new Table(connection, 100);

    private void use() {
        connection.enter().close();
    }

    private MuxedStream accept(Table from, FakeStream stream) throws IOException {
        try (Turn turn = connection.enter()) {
            from.coming.add(stream);
            from.look();
        }
        return from.accept();
    }

    @Test
    void aResetOfThisSideGoesOutAsTheTableWritesIt() throws Exception {
        connection.attach(table);
        accept(table, connection.stream()).reset(7);
        assertThat(connection.asked).containsExactly("0 stop 107", "0 reset 107 behind its header");
    }

    @Test
    void aResetOfTheRemoteIsReadAsTheTableReadsItAndAnsweredInItsOwnCode() throws Exception {
        connection.attach(table);
        FakeStream engine = connection.stream();
        MuxedStream stream = accept(table, engine);
        engine.remoteReset = 109;
        table.changed.add(engine);
        use();
        assertThatThrownBy(() -> stream.read(ByteBuffer.allocate(1)))
                .isInstanceOfSatisfying(StreamResetException.class, reset -> {
                    assertThat(reset.code()).isEqualTo(9);
                    assertThat(reset.isRemote()).isTrue();
                });
        assertThat(connection.asked).containsExactly("0 reset 109 behind its header");
    }

    /** With a code that means none the remote has read all that it wants: a late answer is no failure. */
    @Test
    void aRemoteThatStopsWithoutAnErrorInTheCodesOfTheTableIsSatisfied() throws Exception {
        connection.attach(table);
        FakeStream satisfied = connection.stream();
        FakeStream failed = connection.stream();
        MuxedStream first = accept(table, satisfied);
        MuxedStream second = accept(table, failed);
        satisfied.remoteStop = 100 + ErrorCode.NONE;
        failed.remoteStop = 105;
        table.changed.addAll(List.of(satisfied, failed));
        use();
        first.write(ByteBuffer.allocate(10));
        assertThat(satisfied.room).isEqualTo(100);
        assertThatThrownBy(() -> second.write(ByteBuffer.allocate(10)))
                .isInstanceOfSatisfying(
                        StreamResetException.class,
                        stop -> assertThat(stop.code()).isEqualTo(5));
    }

    @Test
    void twoTablesOnOneConnectionEndApart() throws Exception {
        Table other = new Table(connection, 0);
        FakeStream left = connection.stream();
        FakeStream right = connection.stream();
        MuxedStream first = accept(table, left);
        MuxedStream second = accept(other, right);
        right.receive(5);
        try (Turn turn = connection.enter()) {
            other.touch(left); // which is not its own
            table.close(new CloseReason(3, false, "session over", null));
        }
        assertThatThrownBy(() -> first.read(ByteBuffer.allocate(1)))
                .isInstanceOfSatisfying(
                        ConnectionClosedException.class,
                        end -> assertThat(end.reason().code()).isEqualTo(3));
        assertThatThrownBy(table::accept).isInstanceOf(ConnectionClosedException.class);
        assertThat(table.size()).isZero();
        assertThat(second.read(ByteBuffer.allocate(1))).isEqualTo(1);
        assertThat(other.size()).isEqualTo(1);
        assertThat(connection.closeReason()).isNull();
    }

    @Test
    void aThreadThatMayNotOpenAStreamWaitsUntilItMay() throws Exception {
        connection.attach(table);
        FutureTask<MuxedStream> opening = new FutureTask<>(() -> connection.openStream(Deadline.NONE));
        Thread thread = Thread.ofVirtual().start(opening);
        environment.awaitParked(thread);
        try (Turn turn = connection.enter()) {
            table.allowed = 1;
        }
        assertThat(opening.get().id()).isZero();
        assertThat(table.allowed).isZero();
    }

    @Test
    void streamsOfTheRemoteGoToTheReceiverInTheirOrder() throws Exception {
        connection.attach(table);
        List<Long> seen = new ArrayList<>();
        try (Turn turn = connection.enter()) {
            table.coming.add(connection.stream());
            table.coming.add(connection.stream());
        }
        connection.onStream(stream -> seen.add(stream.id()));
        try (Turn turn = connection.enter()) {
            table.coming.add(connection.stream());
        }
        assertThat(seen).containsExactly(0L, 1L, 2L);
        assertThat(connection.streams()).isEqualTo(3);
    }

    @Test
    void aConnectionWhoseApplicationIsNoTableHasNoStreams() {
        assertThatThrownBy(() -> connection.openStream(Deadline.NONE)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void closingWaitsWhileSomethingOfWhatWasWrittenLeaves() throws Exception {
        connection.attach(table);
        connection.undelivered = 30;
        connection.close(4, "bye");
        environment.advance(Duration.ofMillis(900));
        try (Turn turn = connection.enter()) {
            connection.undelivered = 20;
        }
        environment.advance(Duration.ofMillis(900));
        assertThat(connection.asked).isEmpty();
        assertThat(connection.closeReason().code()).isEqualTo(4);
        environment.advance(Duration.ofMillis(100));
        environment.awaitQuiet();
        assertThat(connection.asked).containsExactly("close 4", "over 4");
    }

    @Test
    void aRefusalDoesNotWait() throws Exception {
        connection.attach(table);
        connection.undelivered = 30;
        connection.close(ErrorCode.CONNECTION_GATED, "no");
        environment.awaitQuiet();
        assertThat(connection.asked).containsExactly("close 4103", "over 4103");
    }

    @Test
    void memoryThatIsNotThereEndsTheConnectionAndItsStreams() throws Exception {
        connection.attach(table);
        MuxedStream stream = accept(table, connection.stream());
        AtomicReference<Thread> thread = new AtomicReference<>();
        FutureTask<Integer> reading = new FutureTask<>(() -> stream.read(ByteBuffer.allocate(1)));
        thread.set(Thread.ofVirtual().start(reading));
        environment.awaitParked(thread.get());
        connection.refused = true;
        use();
        assertThatThrownBy(reading::get).hasCauseInstanceOf(ConnectionClosedException.class);
        assertThat(connection.asked).containsExactly("close 4097", "over 9");
    }
}
