package libp2p.node.control;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import libp2p.core.environment.Environment;
import libp2p.core.resource.Direction;
import libp2p.ipld.Node;
import libp2p.multiformats.MalformedException;
import org.jspecify.annotations.Nullable;

/** The control of the node that runs on a data directory, over its socket. Thread-safe. */
public final class RemoteControl implements NodeControl {
    /** Entries of the gate in one request, so that its head stays short. */
    private static final int ENTRIES = 50;

    private final Environment environment;
    private final ControlClient client;

    private RemoteControl(Environment environment, ControlClient client) {
        this.environment = environment;
        this.client = client;
    }

    /**
     * The node that runs on a data directory; empty if none does. Blocks.
     *
     * @throws IOException if this user may not ask it
     */
    public static Optional<NodeControl> of(Environment environment, Path data) throws IOException {
        return ControlClient.running(environment, data).map(client -> new RemoteControl(environment, client));
    }

    private Node.Mapping ask(String path, Query query) throws IOException {
        return client.ask(path, query, ControlClient.soon(environment));
    }

    private Node.Mapping ask(String path) throws IOException {
        return ask(path, new Query());
    }

    private static String text(Node.Mapping map, String name) {
        if (map.get(name) instanceof Node.Text text) {
            return text.value();
        }
        throw new MalformedException("the node has not told " + name);
    }

    private static List<String> texts(Node.@Nullable Mapping map, String name) {
        List<String> texts = new ArrayList<>();
        if (map != null && map.get(name) instanceof Node.Sequence list) {
            for (Node item : list.items()) {
                if (item instanceof Node.Text text) {
                    texts.add(text.value());
                }
            }
        }
        return texts;
    }

    @Override
    public NodeIdentity id() throws IOException {
        Node.Mapping id = ask(ControlHandler.KUBO + "id");
        return new NodeIdentity(
                text(id, "ID"),
                Base64.getDecoder().decode(text(id, "PublicKey")),
                texts(id, "Addresses"),
                text(id, "AgentVersion"),
                texts(id, "Protocols"));
    }

    @Override
    public List<OpenConnection> connections() throws IOException {
        List<OpenConnection> connections = new ArrayList<>();
        Node.Mapping answer = ask(ControlHandler.KUBO + "swarm/peers", new Query().option("verbose", true));
        if (answer.get("Peers") instanceof Node.Sequence peers) {
            for (Node item : peers.items()) {
                if (item instanceof Node.Mapping peer) {
                    connections.add(connection(peer));
                }
            }
        }
        return connections;
    }

    private static OpenConnection connection(Node.Mapping peer) {
        boolean inbound = peer.get("Direction") instanceof Node.Int number
                && number.value().intValue() == 1;
        String latency = text(peer, "Latency");
        List<String> protocols = new ArrayList<>();
        if (peer.get("Streams") instanceof Node.Sequence streams) {
            for (Node stream : streams.items()) {
                if (stream instanceof Node.Mapping map) {
                    protocols.add(text(map, "Protocol"));
                }
            }
        }
        return new OpenConnection(
                text(peer, "Peer"),
                text(peer, "Addr"),
                inbound ? Direction.INBOUND : Direction.OUTBOUND,
                text(peer, "Muxer"),
                latency.endsWith("ms")
                        ? Duration.ofNanos(
                                (long) (1e6 * Double.parseDouble(latency.substring(0, latency.length() - 2))))
                        : null,
                protocols);
    }

    @Override
    public SortedMap<String, List<String>> knownAddresses() throws IOException {
        SortedMap<String, List<String>> known = new TreeMap<>();
        if (ask(ControlHandler.KUBO + "swarm/addrs").get("Addrs") instanceof Node.Mapping peers) {
            peers.entries().keySet().forEach(peer -> known.put(peer, texts(peers, peer)));
        }
        return known;
    }

    @Override
    public String connect(String peer) throws IOException {
        return peerOf(ask(ControlHandler.KUBO + "swarm/connect", new Query().argument(peer)));
    }

    @Override
    public String disconnect(String peer) throws IOException {
        return peerOf(ask(ControlHandler.KUBO + "swarm/disconnect", new Query().argument(peer)));
    }

    private static String peerOf(Node.Mapping answer) {
        String[] words = String.join("", texts(answer, "Strings")).split(" ");
        if (words.length != 3) {
            throw new MalformedException("the node has not told which peer");
        }
        return words[1];
    }

    @Override
    public Gate gate(GateAction action, List<String> entries) throws IOException {
        Gate gate = new Gate(List.of(), List.of());
        int from = 0;
        do {
            int to = Math.min(entries.size(), from + ENTRIES);
            Query query = new Query()
                    .option("action", action.name().toLowerCase(Locale.ROOT))
                    .arguments(entries.subList(from, to));
            Node.Mapping lists = ask(ControlHandler.OWN + "gate", query);
            gate = new Gate(texts(lists, "Allowed"), texts(lists, "Blocked"));
            from = to;
        } while (from < entries.size());
        return gate;
    }

    @Override
    public boolean reload() throws IOException {
        return ask(ControlHandler.OWN + "reload").get("Changed") instanceof Node.Bool changed && changed.value();
    }

    @Override
    public String resources() throws IOException {
        return text("resources", new Query());
    }

    @Override
    public String resourcesAsJson() throws IOException {
        return text("resources", new Query().option("json", true));
    }

    @Override
    public String limits() throws IOException {
        return text("limits", new Query());
    }

    private String text(String path, Query query) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        client.bytes(ControlHandler.OWN + path, query, text);
        return text.toString(StandardCharsets.UTF_8);
    }
}
