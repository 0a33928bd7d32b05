package libp2p.transports.webtransport;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.identity.Identity;
import libp2p.core.muxer.MuxedStream;
import libp2p.security.noise.NoiseKeys;
import libp2p.simulator.Simulation;
import org.junit.jupiter.api.Test;

/** Streams of a session that a server closes after its answer, while the client has not ended its side. */
class ClosedStreamsTest {
    private static final int HELD = 64;
    private static final Duration LONG = Duration.ofSeconds(5);

    /** The conduct of a client on an open session. */
    private interface Story {
        void tell(Simulation simulation, RawClient client) throws Exception;
    }

    private static void under(Story story) {
        RawClient.under((simulation, server, outside, client) -> {
            client.settings();
            assertThat(RawClient.status(client.session())).isEqualTo("200");
            NoiseKeys keys = NoiseKeys.create(Identity.generate(outside), outside);
            new SessionHandshake(keys, outside).client(client.ofSession(0), server.peerId(), List.of());
            story.tell(simulation, client);
        });
    }

    /** Asks who the server is, and reads the answer up to its end. */
    private static MuxedStream asked(RawClient client) throws IOException {
        MuxedStream stream = client.ofSession(0);
        ByteArrayOutputStream asked = new ByteArrayOutputStream();
        for (String line : List.of("/multistream/1.0.0\n", "/ipfs/id/1.0.0\n")) {
            asked.write(line.length());
            asked.writeBytes(line.getBytes(US_ASCII));
        }
        stream.write(asked.toByteArray(), 0, asked.size());
        assertThat(RawClient.rest(stream)).hasSizeGreaterThan(200);
        return stream;
    }

    @Test
    void aClientIsToldToStopWhenItSendsMore() {
        under((simulation, client) -> {
            MuxedStream stream = asked(client);
            simulation.sleep(LONG);
            assertThat(client.isStopped(stream.id()))
                    .as("STOP_SENDING, for which Firefox drops what it has not read")
                    .isFalse();
            stream.write(new byte[] {1}, 0, 1);
            simulation.await("STOP_SENDING", LONG, () -> client.isStopped(stream.id()));
        });
    }

    @Test
    void aClientThatEndsItsSideIsNotToldToStop() {
        under((simulation, client) -> {
            MuxedStream stream = asked(client);
            stream.closeWrite();
            simulation.sleep(LONG);
            assertThat(client.isStopped(stream.id())).isFalse();
        });
    }

    @Test
    void ofManyThatItLeavesOpenTheOldestAreTold() {
        under((simulation, client) -> {
            List<MuxedStream> streams = new ArrayList<>();
            asked(client).closeWrite(); // waits for nothing, and does not count
            for (int i = 0; i < HELD; i++) {
                streams.add(asked(client));
            }
            simulation.sleep(LONG);
            assertThat(streams).noneMatch(stream -> client.isStopped(stream.id()));
            asked(client);
            simulation.await(
                    "STOP_SENDING",
                    LONG,
                    () -> client.isStopped(streams.getFirst().id()));
            assertThat(streams.subList(1, HELD)).noneMatch(stream -> client.isStopped(stream.id()));
        });
    }
}
