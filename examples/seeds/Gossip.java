import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Duration;
import libp2p.HostBuilder;
import libp2p.core.environment.Deadline;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.routing.PubSub;
import libp2p.pubsub.GossipSub;

/** Seed 004, "Publish-Subscribe". */
final class Gossip implements SeedProgram {
    private static final String TOPIC = "my-topic";

    @Override
    public void prepare(HostBuilder host, SeedOptions options) {
        host.with(GossipSub.create());
    }

    @Override
    public void listen(Host host, SeedOptions options, SeedOutput out) {
        pubsub(host).subscribe(TOPIC, message -> out.result(new String(message.data(), UTF_8)));
    }

    @Override
    public void dial(Host host, PeerAddress peer, SeedOptions options, SeedOutput out) throws IOException {
        Deadline deadline = Deadline.after(host.environment(), Duration.ofSeconds(30));
        pubsub(host).publish(TOPIC, options.text("Hello, GossipSub!").getBytes(UTF_8), 1, deadline);
        for (int i = 0; i < 10; i++) {
            pubsub(host).publish(TOPIC, ("Message " + i).getBytes(UTF_8));
        }
        out.result("published");
        Seeds.awaitEnd(); // the messages are on their way: the connection stays as long as the user wants it
    }

    private static PubSub pubsub(Host host) {
        return host.find(PubSub.class).orElseThrow();
    }
}
