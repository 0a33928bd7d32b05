package libp2p.node.control;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.Libp2p;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.Direction;
import libp2p.http.HttpRequest;
import libp2p.http.HttpResponse;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Multibase;
import libp2p.node.control.NodeControl.GateAction;
import libp2p.node.control.NodeControl.NodeIdentity;
import libp2p.node.control.NodeControl.OpenConnection;
import org.jspecify.annotations.Nullable;

/** The commands on the host of a node: who it is, its connections, its gate. */
final class HostOperations {
    @FunctionalInterface
    private interface Asking {
        Map<String, ?> run(HttpRequest request) throws IOException;
    }

    private final NodeControl node;

    HostOperations(NodeControl node) {
        this.node = node;
    }

    /** The operations by their paths. */
    Map<String, Operation> byPath() {
        Map<String, Operation> operations = new LinkedHashMap<>();
        operations.put(ControlHandler.KUBO + "version", asking(HostOperations::version));
        operations.put(ControlHandler.KUBO + "id", asking(this::id));
        operations.put(ControlHandler.KUBO + "swarm/peers", asking(this::peers));
        operations.put(ControlHandler.KUBO + "swarm/addrs", asking(this::addresses));
        operations.put(ControlHandler.KUBO + "swarm/addrs/local", asking(this::localAddresses));
        operations.put(ControlHandler.KUBO + "swarm/addrs/listen", asking(this::localAddresses));
        operations.put(ControlHandler.KUBO + "swarm/connect", asking(this::connect));
        operations.put(ControlHandler.KUBO + "swarm/disconnect", asking(this::disconnect));
        operations.put(ControlHandler.OWN + "gate", asking(this::gate));
        operations.put(ControlHandler.OWN + "reload", asking(this::reload));
        operations.put(ControlHandler.OWN + "resources", this::resources);
        operations.put(ControlHandler.OWN + "limits", this::limits);
        return operations;
    }

    private HttpResponse resources(HttpRequest request) throws IOException {
        Arguments arguments = Arguments.of(request, "json");
        arguments.none();
        return arguments.has("json")
                ? HttpResponse.bytes(
                        200, "application/json", node.resourcesAsJson().getBytes(StandardCharsets.UTF_8))
                : text(node.resources());
    }

    private HttpResponse limits(HttpRequest request) throws IOException {
        Arguments.of(request).none();
        return text(node.limits());
    }

    private static HttpResponse text(String text) {
        return HttpResponse.bytes(200, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    /** A dial ends when its thread is interrupted; nothing here works on a file that others have open. */
    private static Operation asking(Asking operation) {
        return request -> {
            Working working = new Working();
            request.context().whenLeft(working::interrupt);
            try {
                return Responses.object(operation.run(request));
            } finally {
                working.end();
            }
        };
    }

    /** The thread of an operation, which is interrupted only while that runs: its answer is to be written. */
    private static final class Working {
        private final ReentrantLock lock = new ReentrantLock();
        private @Nullable Thread thread = Thread.currentThread();

        void interrupt() {
            lock.lock();
            try {
                if (thread != null) {
                    thread.interrupt();
                }
            } finally {
                lock.unlock();
            }
        }

        void end() {
            lock.lock();
            try {
                thread = null;
                Thread.interrupted(); // it was for the operation
            } finally {
                lock.unlock();
            }
        }
    }

    private static Map<String, ?> strings(List<String> strings) {
        return Map.of("Strings", strings);
    }

    private static Map<String, ?> version(HttpRequest request) {
        Arguments.of(request, "number", "commit", "repo", "all").none();
        Map<String, Object> version = new LinkedHashMap<>();
        version.put("Version", Libp2p.AGENT.substring(Libp2p.AGENT.indexOf('/') + 1));
        version.put("Commit", "");
        version.put("Repo", "");
        version.put(
                "System",
                System.getProperty("os.arch") + "/"
                        + System.getProperty("os.name").toLowerCase(Locale.ROOT));
        version.put("Golang", "");
        version.put("Agent", Libp2p.AGENT);
        return version;
    }

    private Map<String, ?> id(HttpRequest request) throws IOException {
        Arguments arguments = Arguments.of(request, "format", "f", "peerid-base");
        arguments.none();
        NodeIdentity node = this.node.id();
        Map<String, Object> id = new LinkedHashMap<>();
        id.put("ID", inBase(node.peer(), arguments.option("peerid-base", "b58mh")));
        id.put("PublicKey", Base64.getEncoder().encodeToString(node.publicKey()));
        id.put("Addresses", node.addresses());
        id.put("AgentVersion", node.agent());
        id.put("Protocols", node.protocols());
        return id;
    }

    /** As Kubo has it: the bare multihash in base58btc, or the CID in another base. */
    private static String inBase(String peer, String name) {
        if (name.equals("b58mh")) {
            return peer;
        }
        Multibase base = Multibase.ofLabel(name);
        if (base == null) {
            throw new MalformedException("the base " + MalformedException.quote(name) + ", which is none of Multibase");
        }
        return PeerId.parse(peer).toCid().toString(base);
    }

    private Map<String, ?> peers(HttpRequest request) throws IOException {
        Arguments arguments = Arguments.of(request, "verbose", "v", "streams", "latency", "direction");
        arguments.none();
        boolean all = arguments.has("verbose") || arguments.has("v");
        List<Map<String, Object>> peers = new ArrayList<>();
        for (OpenConnection connection : node.connections()) {
            Map<String, Object> peer = new LinkedHashMap<>();
            peer.put("Addr", connection.address());
            peer.put("Peer", connection.peer());
            peer.put("Latency", all || arguments.has("latency") ? latency(connection.roundTrip()) : "");
            peer.put("Muxer", all ? connection.muxer() : "");
            boolean told = all || arguments.has("direction");
            peer.put("Direction", !told ? 0 : connection.direction() == Direction.INBOUND ? 1 : 2);
            List<Map<String, Object>> streams = new ArrayList<>();
            if (all || arguments.has("streams")) {
                connection.protocols().forEach(protocol -> streams.add(Map.of("Protocol", protocol)));
            }
            peer.put("Streams", streams);
            peers.add(peer);
        }
        return Map.of("Peers", peers);
    }

    /** A duration as Go prints it. */
    private static String latency(@Nullable Duration roundTrip) {
        return roundTrip == null ? "n/a" : roundTrip.toNanos() / 1000 / 1000.0 + "ms";
    }

    private Map<String, ?> addresses(HttpRequest request) throws IOException {
        Arguments.of(request).none();
        return Map.of("Addrs", node.knownAddresses());
    }

    private Map<String, ?> localAddresses(HttpRequest request) throws IOException {
        Arguments arguments = Arguments.of(request, "id");
        arguments.none();
        NodeIdentity node = this.node.id();
        String suffix = "/p2p/" + node.peer();
        return strings(node.addresses().stream()
                .map(address -> arguments.has("id") ? address : address.replace(suffix, ""))
                .toList());
    }

    private Map<String, ?> connect(HttpRequest request) throws IOException {
        List<String> done = new ArrayList<>();
        for (String address : Arguments.of(request).some("address")) {
            request.context().check();
            done.add("connect " + node.connect(address) + " success");
        }
        return strings(done);
    }

    private Map<String, ?> disconnect(HttpRequest request) throws IOException {
        List<String> done = new ArrayList<>();
        for (String address : Arguments.of(request).some("address")) {
            done.add("disconnect " + node.disconnect(address) + " success");
        }
        return strings(done);
    }

    private Map<String, ?> gate(HttpRequest request) throws IOException {
        Arguments arguments = Arguments.of(request, "action");
        String word = arguments.option("action", "show");
        GateAction action;
        try {
            action = GateAction.valueOf(word.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "the action is show, allow, disallow, open, block or unblock, not \"" + word + "\"", e);
        }
        NodeControl.Gate gate = node.gate(action, arguments.all());
        Map<String, Object> lists = new LinkedHashMap<>();
        lists.put("Allowed", gate.allowed());
        lists.put("Blocked", gate.blocked());
        return lists;
    }

    private Map<String, ?> reload(HttpRequest request) throws IOException {
        Arguments.of(request).none();
        return Map.of("Changed", node.reload());
    }
}
