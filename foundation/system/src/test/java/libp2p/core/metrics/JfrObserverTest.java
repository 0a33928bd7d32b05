package libp2p.core.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import libp2p.core.connection.CloseReason;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ConnectionState;
import libp2p.core.connection.Stream;
import libp2p.core.identity.Identity;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.Direction;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JfrObserverTest {
    private static final PeerId PEER =
            Identity.generate(SystemEnvironment.shared()).peerId();

    private final JfrObserver observer = new JfrObserver();

    @TempDir
    Path folder;

    @Test
    void recordsWhatTheHostDoes() throws IOException {
        ConnectionState state = new ConnectionState("tcp", "/noise", "/yamux/1.0.0", true, false, null);
        Connection connection = fake(
                Connection.class,
                Map.of(
                        "id",
                        7L,
                        "remotePeer",
                        PEER,
                        "remoteAddress",
                        Multiaddr.parse("/ip4/192.0.2.1/tcp/4001"),
                        "direction",
                        Direction.OUTBOUND,
                        "state",
                        state,
                        "closeReason",
                        new CloseReason(5, true, "bye", null)));
        Stream stream = fake(
                Stream.class,
                Map.of("id", 3L, "connection", connection, "protocol", "/echo", "direction", Direction.INBOUND));

        List<RecordedEvent> events = record(() -> {
            observer.connectionOpened(connection, 1_000_000);
            observer.dialed("tcp", 5, null);
            observer.inboundFailed("tcp", new IOException("x".repeat(1000)));
            observer.streamOpened(stream);
            observer.refused("gater", new IOException("no"));
            observer.streamClosed(stream);
            observer.connectionClosed(connection);
        });

        assertThat(events)
                .extracting(event -> event.getEventType().getName())
                .containsExactly(
                        "libp2p.ConnectionOpened",
                        "libp2p.Handshake",
                        "libp2p.Handshake",
                        "libp2p.StreamOpened",
                        "libp2p.Refused",
                        "libp2p.StreamClosed",
                        "libp2p.ConnectionClosed");
        RecordedEvent opened = events.get(0);
        assertThat(opened.getLong("connection")).isEqualTo(7);
        assertThat(opened.getString("peer")).isEqualTo(PEER.toString());
        assertThat(opened.getString("remoteAddress")).isEqualTo("/ip4/192.0.2.1/tcp/4001");
        assertThat(opened.getString("muxer")).isEqualTo("/yamux/1.0.0");
        assertThat(opened.getDuration("handshake")).hasMillis(1);
        assertThat(events.get(1).getBoolean("succeeded")).isTrue();
        assertThat(events.get(2).getBoolean("succeeded")).isFalse();
        assertThat(events.get(2).getString("direction")).isEqualTo("INBOUND");
        assertThat(events.get(2).getString("cause")).hasSize(256);
        assertThat(events.get(3).getString("protocol")).isEqualTo("/echo");
        assertThat(events.get(4).getString("cause")).contains("no");
        assertThat(events.get(5).getLong("stream")).isEqualTo(3);
        assertThat(events.get(6).getLong("code")).isEqualTo(5);
        assertThat(events.get(6).getBoolean("remote")).isTrue();
        assertThat(events.get(6).getString("reason")).isEqualTo("bye");
    }

    @Test
    void asksForNothingWhileNothingIsRecorded() {
        Connection untouchable = fake(Connection.class, Map.of());
        observer.connectionOpened(untouchable, 1);
        observer.streamOpened(fake(Stream.class, Map.of()));
    }

    private List<RecordedEvent> record(Runnable body) throws IOException {
        Path file = folder.resolve("events.jfr");
        try (Recording recording = new Recording()) {
            for (String name : List.of("ConnectionOpened", "Handshake", "StreamOpened", "Refused")) {
                recording.enable("libp2p." + name);
            }
            recording.start();
            body.run();
            recording.stop();
            recording.dump(file);
        }
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().startsWith("libp2p."))
                .sorted(java.util.Comparator.comparing(RecordedEvent::getStartTime))
                .toList();
    }

    /** An object that answers the methods in the map and fails in all others. */
    private static <T> T fake(Class<T> type, Map<String, Object> answers) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    Object answer = answers.get(method.getName());
                    if (answer == null) {
                        throw new AssertionError("unexpected call of " + method.getName());
                    }
                    return answer;
                }));
    }
}
