package libp2p.ipfs;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import libp2p.blocks.Pins;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.connection.Stream;
import libp2p.core.host.PeerAddress;
import libp2p.core.host.Registration;
import libp2p.core.identity.PeerId;
import libp2p.core.protobuf.Delimited;
import libp2p.ipld.Node;
import libp2p.ipld.codec.DagCbor;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;
import org.jspecify.annotations.Nullable;

/**
 * Pins at other peers, for those that they trust: {@value #PROTOCOL}, a protocol of this project. A request is one
 * value of DAG-CBOR behind its length, {@code {"op": "add"|"rm"|"ls", "cid": link}}, and so is the answer, {@code
 * {"ok": bool, "error": text, "pins": [links]}}. Peers that are not trusted are reset. Thread-safe; methods block for
 * the network.
 */
public final class RemotePins implements AutoCloseable {
    /** The protocol. */
    public static final String PROTOCOL = "/ipfs-kit/pinset/1.0.0";

    private static final int REQUEST_BYTES = 1024;
    private static final int ANSWER_BYTES = 1 << 20;
    private static final int LISTED = 10_000;
    private static final Duration REQUEST = Duration.ofSeconds(30);
    private static final Duration ANSWER = Duration.ofHours(1);

    private final IpfsPeer peer;
    private final Registration registration;
    private final Set<PeerId> trusted = ConcurrentHashMap.newKeySet();

    private RemotePins(IpfsPeer peer) {
        this.peer = peer;
        registration = peer.host().handle(PROTOCOL, this::serve);
    }

    /** Serves pins of a peer, to no peer at first; until it is closed, or the peer takes another role. */
    public static RemotePins serve(IpfsPeer peer) {
        return new RemotePins(peer);
    }

    /** Lets a peer list the pins here, pin, and give up the pins that it has made. */
    public void trust(PeerId other) {
        trusted.add(other);
    }

    /** Ends that. */
    public void distrust(PeerId other) {
        trusted.remove(other);
    }

    private void serve(Stream stream) throws IOException {
        if (!trusted.contains(stream.connection().remotePeer())) {
            stream.reset(ErrorCode.STREAM_GATED);
            return;
        }
        stream.readTimeout(REQUEST);
        Node request;
        try {
            request = new DagCbor().decode(Delimited.read("pinset request", stream.input(), REQUEST_BYTES));
        } catch (MalformedException e) {
            throw new ProtocolViolationException(PROTOCOL, String.valueOf(e.getMessage()));
        }
        SequencedMap<String, Node> answer = new LinkedHashMap<>();
        String error = "";
        try {
            answer.put(
                    "pins",
                    new Node.Sequence(act(request, "peer/" + stream.connection().remotePeer())));
        } catch (IOException | MalformedException e) {
            error = String.valueOf(e.getMessage());
        }
        answer.put("ok", new Node.Bool(error.isEmpty()));
        answer.put("error", new Node.Text(error));
        Delimited.write(stream.output(), new DagCbor().encode(new Node.Mapping(answer)));
        stream.closeWrite();
    }

    /** @param owner of the pins that the asker makes and removes */
    private List<Node> act(Node request, String owner) throws IOException {
        String op = request.get("op") instanceof Node.Text text ? text.value() : "";
        if (op.equals("ls")) {
            List<Node> pins = new ArrayList<>();
            for (Pins.Pin pin : peer.pins().list()) {
                if (pins.size() < LISTED) {
                    pins.add(new Node.Link(pin.cid()));
                }
            }
            return pins;
        }
        if (!(request.get("cid") instanceof Node.Link link)) {
            throw new MalformedException("pinset: a request without a CID");
        }
        switch (op) {
            case "add" -> peer.pin(link.cid(), owner);
            case "rm" -> peer.pins().remove(link.cid(), owner);
            default -> throw new MalformedException("pinset: an unknown operation");
        }
        return List.of(link);
    }

    /** Has a peer pin a root, which it fetches first. */
    public static void add(IpfsPeer from, PeerAddress at, Cid root) throws IOException {
        ask(from, at, "add", root);
    }

    /** Has a peer give up a pin that it was asked for by this peer; what others want stays pinned. */
    public static void remove(IpfsPeer from, PeerAddress at, Cid root) throws IOException {
        ask(from, at, "rm", root);
    }

    /** The pins of a peer, 10,000 at most. */
    public static List<Cid> list(IpfsPeer from, PeerAddress at) throws IOException {
        return ask(from, at, "ls", null);
    }

    private static List<Cid> ask(IpfsPeer from, PeerAddress at, String op, @Nullable Cid root) throws IOException {
        SequencedMap<String, Node> request = new LinkedHashMap<>();
        request.put("op", new Node.Text(op));
        if (root != null) {
            request.put("cid", new Node.Link(root));
        }
        byte[] sent = new DagCbor().encode(new Node.Mapping(request));
        Node answer;
        Stream stream = from.host().open(at, PROTOCOL);
        boolean done = false;
        try {
            stream.readTimeout(ANSWER); // the other peer fetches the content first
            Delimited.write(stream.output(), sent);
            stream.closeWrite();
            answer = new DagCbor().decode(Delimited.read("pinset answer", stream.input(), ANSWER_BYTES));
            stream.close();
            done = true;
        } catch (MalformedException e) {
            throw new ProtocolViolationException(PROTOCOL, String.valueOf(e.getMessage()));
        } finally {
            if (!done) {
                stream.reset(ErrorCode.STREAM_PROTOCOL_VIOLATION);
            }
        }
        if (!(answer.get("ok") instanceof Node.Bool ok) || !ok.value()) {
            String error = answer.get("error") instanceof Node.Text text ? text.value() : "";
            throw new ProtocolViolationException(
                    PROTOCOL, "the peer did not do it: " + MalformedException.quote(error));
        }
        List<Cid> pins = new ArrayList<>();
        if (answer.get("pins") instanceof Node.Sequence list) {
            for (Node item : list.items()) {
                if (item instanceof Node.Link link) {
                    pins.add(link.cid());
                }
            }
        }
        return pins;
    }

    @Override
    public void close() {
        registration.close();
    }
}
