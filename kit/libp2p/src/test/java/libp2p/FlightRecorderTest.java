package libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.protocols.ping.Ping;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host as it comes from the builder, in a process whose Flight Recorder is started late. */
class FlightRecorderTest {
    @TempDir
    Path folder;

    @Test
    void aHostWritesItsEventsAsSoonAsTheRecorderRuns() throws IOException {
        try (Host server = Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").start();
                Host before = Libp2p.host().start()) {
            PeerAddress address = PeerAddress.of(server.peerId(), server.addresses());
            Ping.once(before, address);
            Path file = folder.resolve("recording.jfr");
            try (Recording recording = new Recording()) {
                recording.start();
                try (Host client = Libp2p.host().start()) {
                    Ping.once(client, address);
                }
                recording.stop();
                recording.dump(file);
            }
            Set<String> events = RecordingFile.readAllEvents(file).stream()
                    .map(RecordedEvent::getEventType)
                    .map(type -> type.getName())
                    .filter(name -> name.startsWith("libp2p."))
                    .collect(Collectors.toSet());
            assertThat(events)
                    .contains(
                            "libp2p.ConnectionOpened",
                            "libp2p.ConnectionClosed",
                            "libp2p.Handshake",
                            "libp2p.StreamOpened",
                            "libp2p.StreamClosed");
        }
    }
}
