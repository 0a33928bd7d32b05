package libp2p.transports.webtransport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.core.connection.StreamResetException;
import libp2p.core.environment.Deadline;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.muxer.MuxedStream;
import libp2p.http3.FrameWriter;
import libp2p.http3.Http3Error;
import libp2p.http3.Http3FrameType;
import libp2p.http3.Settings;
import libp2p.simulator.Simulation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server sends no more in a session than its client allows, beside the limits of QUIC. */
class SessionCreditTest {
    private static final long MAX_DATA = 0x190b4d3dL;
    private static final long MAX_STREAMS = 0x190b4d3fL;
    /** WT_STREAM and the id of the session. */
    private static final int HEADER = 3;

    private static Settings limits(long data, long streams) {
        Map<Long, Long> values = new LinkedHashMap<>();
        values.put(Settings.WT_ENABLED, 1L);
        values.put(Settings.WT_INITIAL_MAX_DATA, data);
        values.put(Settings.WT_INITIAL_MAX_STREAMS_BIDI, streams);
        return new Settings(values);
    }

    private static void capsule(MuxedStream session, long type, long value) throws IOException {
        byte[] limit = new FrameWriter().integer(value).toByteArray();
        capsule(session, new FrameWriter().frame(type, limit).toByteArray());
    }

    private static void capsule(MuxedStream session, byte[] capsule) throws IOException {
        byte[] frame = new FrameWriter().frame(Http3FrameType.DATA, capsule).toByteArray();
        session.write(frame, 0, frame.length);
    }

    /** Reads all that comes on the streams of the server. */
    private static List<ByteArrayOutputStream> read(Simulation simulation, RawClient client, int streams) {
        List<ByteArrayOutputStream> all = new ArrayList<>();
        for (int i = 0; i < streams; i++) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            all.add(bytes);
            simulation.spawn("reader-" + i, () -> {
                try {
                    MuxedStream stream = client.connection.acceptStream();
                    byte[] buffer = new byte[1024];
                    int count;
                    while ((count = stream.read(buffer, 0, buffer.length)) >= 0) {
                        bytes.write(buffer, 0, count);
                    }
                } catch (IOException over) {
                    // what has come is what counts
                }
            });
        }
        return all;
    }

    private static int sum(List<ByteArrayOutputStream> all) {
        return all.stream().mapToInt(ByteArrayOutputStream::size).sum();
    }

    @Test
    void bytesWaitForTheCreditOfTheirSession() {
        RawServer.serve((simulation, client, server) -> {
            client.settings(limits(100, 9));
            MuxedStream session = client.session();
            assertThat(RawClient.status(session)).isEqualTo("200");
            MuxedStream stream = server.streams().open(Deadline.NONE);
            List<ByteArrayOutputStream> got = read(simulation, client, 1);
            AtomicInteger written = new AtomicInteger();
            simulation.spawn("writer", () -> {
                stream.write(new byte[250], 0, 250);
                written.set(250);
                stream.close();
            });
            long allowed = 100;
            for (long next : new long[] {101, 150, 1000}) {
                long expected = HEADER + allowed;
                simulation.await("the credit to be used", Duration.ofSeconds(5), () -> sum(got) == expected);
                simulation.sleep(Duration.ofSeconds(1));
                assertThat(sum(got)).isEqualTo((int) expected);
                assertThat(written).hasValue(0);
                capsule(session, MAX_DATA, next);
                allowed = next;
            }
            simulation.await("the rest", Duration.ofSeconds(5), () -> sum(got) == HEADER + 250);
            simulation.await("the end of the write", Duration.ofSeconds(5), () -> written.get() == 250);
        });
    }

    /** Each writes more than its part, and the credit is given in portions that are less than one wants. */
    @Test
    void noWriterThatWaitsIsForgotten() {
        RawServer.serve((simulation, client, server) -> {
            int writers = 20;
            client.settings(limits(1, writers));
            MuxedStream session = client.session();
            assertThat(RawClient.status(session)).isEqualTo("200");
            List<ByteArrayOutputStream> got = read(simulation, client, writers);
            AtomicInteger done = new AtomicInteger();
            for (int i = 0; i < writers; i++) {
                MuxedStream stream = server.streams().open(Deadline.NONE);
                boolean late = i % 4 == 0;
                simulation.spawn("writer-" + i, () -> {
                    try {
                        if (late) {
                            stream.writeTimeout(Duration.ofSeconds(1));
                        }
                        stream.write(new byte[100], 0, 100);
                        stream.close();
                        done.incrementAndGet();
                    } catch (IOException cut) {
                        stream.reset(0);
                    }
                });
            }
            simulation.sleep(Duration.ofSeconds(2)); // some have given up
            int honest = writers - writers / 4;
            for (long limit = 50; limit <= 100L * writers; limit += 50) {
                capsule(session, MAX_DATA, limit);
            }
            simulation.await("the writers", Duration.ofSeconds(5), () -> done.get() >= honest);
            assertThat(sum(got)).isLessThanOrEqualTo(writers * (HEADER + 100));
        });
    }

    @Test
    void streamsWaitForTheCreditOfTheirSession() {
        RawServer.serve((simulation, client, server) -> {
            client.settings(limits(0, 1));
            MuxedStream session = client.session();
            assertThat(RawClient.status(session)).isEqualTo("200");
            server.streams().open(Deadline.NONE);
            Deadline second = Deadline.after(client.connection.environment(), Duration.ofSeconds(1));
            assertThatThrownBy(() -> server.streams().open(second)).isInstanceOf(DeadlineExceededException.class);
            AtomicInteger opened = new AtomicInteger();
            simulation.spawn("opener", () -> {
                server.streams().open(Deadline.NONE);
                opened.incrementAndGet();
            });
            capsule(session, MAX_STREAMS, 2);
            simulation.await("one more", Duration.ofSeconds(5), () -> opened.get() == 1);
        });
    }

    @Test
    void aRequestAndItsLimitsMayOvertakeTheSettings() {
        RawServer.serve((simulation, client, server) -> {
            MuxedStream session = client.session();
            capsule(session, MAX_STREAMS, 2);
            MuxedStream second = client.session();
            assertThatThrownBy(() -> RawClient.status(second))
                    .isInstanceOfSatisfying(
                            StreamResetException.class,
                            reset -> assertThat(reset.code()).isEqualTo(Http3Error.REQUEST_REJECTED));
            assertThat(server.hasSession()).isFalse();
            client.settings(limits(0, 1));
            assertThat(RawClient.status(session)).isEqualTo("200");
            server.streams().open(Deadline.NONE);
            server.streams().open(Deadline.after(client.connection.environment(), Duration.ofSeconds(1)));
        });
    }

    /** Capsules of a client, and the code with which its connection ends. */
    @ParameterizedTest
    @CsvSource({
        "990b4d3d 01 05, 0x045d4487", // not above the limit
        "990b4d3f 01 05, 0x045d4487", // the same of streams
        "990b4d3f 08 d000000000000001, 0x045d4487", // more streams than there are ids
        "990b4d40 01 00, 0x045d4487", // the same of streams that go one way
        "990b4d3e 01 09, 0x045d4487", // a limit of one stream
        "990b4d42 01 09, 0x045d4487", // the same
        "990b4d3d 00, 0x10e", // no limit
        "990b4d3d 02 0909, 0x10e", // two integers
        "990b4d3d 01 40, 0x10e", // half of one
        "990b4d3d 09 ffffffffffffffffff, 0x10e", // more than one
    })
    void limitsThatCannotBeEndTheSession(String hex, String code) {
        byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
        RawServer.serve((simulation, client, server) -> {
            client.settings(limits(5, 5));
            MuxedStream session = client.session();
            assertThat(RawClient.status(session)).isEqualTo("200");
            capsule(session, bytes);
            simulation.await("the end", Duration.ofSeconds(5), () -> client.connection.closeReason() != null);
            assertThat(client.connection.closeReason().code()).isEqualTo(Long.decode(code));
        });
    }

    @Test
    void limitsAreIgnoredWhereOneSideSetsNone() {
        RawServer.serve((simulation, client, server) -> {
            client.settings();
            MuxedStream session = client.session();
            assertThat(RawClient.status(session)).isEqualTo("200");
            capsule(session, MAX_DATA, 1);
            capsule(session, MAX_DATA, 1);
            MuxedStream stream = server.streams().open(Deadline.NONE);
            stream.write(new byte[250], 0, 250);
            stream.close();
            List<ByteArrayOutputStream> got = read(simulation, client, 1);
            simulation.await("all", Duration.ofSeconds(5), () -> sum(got) == HEADER + 250);
            assertThat(client.connection.closeReason()).isNull();
        });
    }
}
