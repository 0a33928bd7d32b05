package libp2p.node.pubsub;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import libp2p.HostBuilder;
import libp2p.core.environment.system.SystemEnvironment;
import libp2p.core.host.Host;
import libp2p.core.routing.PubSub;
import libp2p.pubsub.GossipSub;
import libp2p.pubsub.PubSubService;
import libp2p.pubsub.trace.PubSubTracer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options about publish and subscribe. */
public final class PubSubOptions {
    @Option(
            names = "--pubsub",
            paramLabel = "gossipsub|floodsub",
            description = "Speak publish and subscribe with this router.")
    @Nullable
    String router;

    @Option(names = "--topic", description = "A topic to subscribe to, whose messages are printed; repeatable.")
    List<String> topics = List.of();

    @Option(
            names = "--pubsub-trace",
            paramLabel = "FILE",
            description = "Write what the router does into this file, a JSON object a line.")
    @Nullable
    Path trace;

    /** Whether anything is needed. */
    public boolean isUsed() {
        return router != null || trace != null || !topics.isEmpty();
    }

    /** The topic that is asked for, which the caller takes care of; nothing is installed then. */
    public String onlyTopic() {
        String topic = topics.isEmpty() ? "interop" : topics.get(0);
        topics = List.of();
        return topic;
    }

    /** Uses a router although no option asks for it. */
    public void want() {
        if (router == null) {
            router = "gossipsub";
        }
    }

    /**
     * Adds what the options ask for.
     *
     * @throws IllegalArgumentException if there is no such router
     * @throws IOException if the trace cannot be written
     */
    public void install(HostBuilder builder) throws IOException {
        GossipSub family = family(router == null ? "gossipsub" : router);
        if (trace != null) {
            TraceFile file = TraceFile.open(trace);
            family = family.andObserver(new PubSubTracer(
                    () -> SystemEnvironment.shared().wallClock().toEpochMilli(), file::add));
            builder.service(file);
        }
        builder.with(family);
    }

    static GossipSub family(String name) {
        return switch (name) {
            case "gossipsub" -> GossipSub.create();
            case "floodsub" -> GossipSub.floodsub();
            default -> throw new IllegalArgumentException("--pubsub " + name + ": neither gossipsub nor floodsub");
        };
    }

    /** Subscribes, and prints what comes. */
    public void follow(Host host, PubSubEvents events) {
        if (!topics.isEmpty()) {
            PubSubService service = GossipSub.on(host);
            topics.forEach(topic -> service.subscribe(topic, message -> print(message, events)));
        }
    }

    /** Prints a message; data that is no text shows replacement characters. */
    static void print(PubSub.Message message, PubSubEvents events) {
        String data = new String(message.data(), StandardCharsets.UTF_8);
        String from = message.author() == null ? "" : message.author().toString();
        String who = message.author() == null ? "somebody" : message.author().shortName();
        events.event("message", who + ": " + escaped(data), "from", from, "topic", message.topic(), "data", data);
    }

    /** Text of strangers without the characters that could take over a terminal. */
    static String escaped(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
                out.append("\\u%04x".formatted(c));
            } else {
                out.appendCodePoint(c);
            }
        });
        return out.toString();
    }
}
