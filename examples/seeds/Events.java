import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import libp2p.HostBuilder;
import libp2p.application.event.AppEvent;
import libp2p.application.event.AppEvent.MessageReceived;
import libp2p.application.event.AppEvent.PeerConnected;
import libp2p.application.event.AppEvent.PeerDisconnected;
import libp2p.application.event.EventDrivenApp;
import libp2p.core.environment.Deadline;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.routing.PubSub;
import libp2p.pubsub.GossipSub;

/** Seed 004, "Event-Driven Architecture": a handler for connections, and one for the topics "chat" and "file". */
final class Events implements SeedProgram {
    @Override
    public void prepare(HostBuilder host, SeedOptions options) {
        host.with(GossipSub.create());
    }

    @Override
    public void listen(Host host, SeedOptions options, SeedOutput out) {
        EventDrivenApp app = EventDrivenApp.on(host); // ends with the program
        app.register("connections", event -> connection(event, out));
        app.register("messages", event -> {
            if (event instanceof MessageReceived message) {
                message(message, out);
            }
        });
        app.join("chat");
        app.join("file");
    }

    private static void connection(AppEvent event, SeedOutput out) {
        switch (event) {
            case PeerConnected connected -> out.result("New peer connected: " + connected.peer());
            case PeerDisconnected gone -> out.result("Peer disconnected: " + gone.peer());
            default -> {
                // for the other handler
            }
        }
    }

    private static void message(MessageReceived message, SeedOutput out) {
        switch (message.topic()) {
            case "chat" -> out.result("Chat from " + message.from() + ": " + new String(message.data(), UTF_8));
            case "file" -> out.result("File transfer from " + message.from() + ": " + message.data().length + " bytes");
            default -> out.result("Unknown topic: " + message.topic());
        }
    }

    @Override
    public void dial(Host host, PeerAddress peer, SeedOptions options, SeedOutput out) throws Exception {
        PubSub pubsub = host.find(PubSub.class).orElseThrow();
        Deadline deadline = Deadline.after(host.environment(), Duration.ofSeconds(30));
        pubsub.publish("chat", options.text("hello").getBytes(UTF_8), 1, deadline);
        pubsub.publish("file", new byte[1000], 1, deadline);
        out.result("published");
        Seeds.awaitEnd(); // the messages are on their way: the connection stays as long as the user wants it
    }
}
