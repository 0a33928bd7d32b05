package libp2p.node.pubsub;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import libp2p.HostBuilder;
import libp2p.core.routing.PubSub;
import libp2p.pubsub.GossipSub;
import libp2p.pubsub.trace.PubSubTracer;
import libp2p.system.SystemEnvironment;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options about publish and subscribe. */
public class PubSubOptions {
    @Option(
            names = "--pubsub",
            paramLabel = "gossipsub|floodsub",
            description = "Speak publish and subscribe with this router.")
    @Nullable
    String router;

    @Option(
            names = "--pubsub-trace",
            paramLabel = "FILE",
            description = "Write what the router does into this file, a JSON object a line.")
    @Nullable
    Path trace;

    /** Whether anything is needed. */
    public boolean isUsed() {
        return router != null || trace != null;
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
            builder.with(file);
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

    /** Prints a message; data that is no text shows replacement characters. */
    static void print(PubSub.Message message, PubSubEvents events) {
        print(message, author(message) + ": " + new String(message.data(), StandardCharsets.UTF_8), events);
    }

    /** As the other, as this text for people. */
    static void print(PubSub.Message message, String human, PubSubEvents events) {
        String data = new String(message.data(), StandardCharsets.UTF_8);
        String from = message.author() == null ? "" : message.author().toString();
        events.event("message", escaped(human), "from", from, "topic", message.topic(), "data", data);
    }

    /** How the author of a message is told to people. */
    static String author(PubSub.Message message) {
        return message.author() == null ? "unsigned" : message.author().shortName();
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
