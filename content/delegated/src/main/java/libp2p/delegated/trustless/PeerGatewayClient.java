package libp2p.delegated.trustless;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Deadline;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.http.HttpClient;
import libp2p.http.HttpClientResponse;
import libp2p.http.HttpRequest;
import libp2p.http.HttpRequestException;
import libp2p.http.client.StreamHttpClient;
import libp2p.http.streams.HttpStreams;
import libp2p.ipld.Node;
import libp2p.ipld.codec.DagJson;
import libp2p.multiformats.MalformedException;
import org.jspecify.annotations.Nullable;

/**
 * Calls the gateway of one peer over streams, where {@code /.well-known/libp2p/protocols} says that it is. Thread-safe.
 */
public final class PeerGatewayClient implements HttpClient {
    /** The protocol id by which peers find a gateway. */
    public static final String PROTOCOL = "/ipfs/gateway";

    private static final int WELL_KNOWN_BYTES = 64 << 10;

    private final StreamHttpClient peer;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable String namespace;

    /** @param peer dialed if need be */
    public PeerGatewayClient(Host host, PeerAddress peer) {
        this.peer = new StreamHttpClient(host, peer);
    }

    @Override
    public String name() {
        return peer.name();
    }

    @Override
    public HttpClientResponse send(HttpRequest request, Deadline deadline) throws IOException {
        String place = namespace(deadline);
        return peer.send(request.withTarget(place + request.target().substring(1)), deadline);
    }

    /** The place of the gateway; asked for once. */
    private String namespace(Deadline deadline) throws IOException {
        lock.lock();
        try {
            if (namespace != null) {
                return namespace;
            }
        } finally {
            lock.unlock();
        }
        String found = "/";
        try (HttpClientResponse response =
                peer.send(HttpRequest.of("GET", HttpStreams.WELL_KNOWN, Map.of()), deadline)) {
            if (response.status() == 200) {
                found = pathIn(response.bytes("list of protocols", WELL_KNOWN_BYTES));
            }
        }
        lock.lock();
        try {
            namespace = found;
        } finally {
            lock.unlock();
        }
        return found;
    }

    /** Reads the map of protocols, bare as go-libp2p sends it, or inside another as in the specification. */
    static String pathIn(byte[] json) throws HttpRequestException {
        try {
            Node map = new DagJson().decode(json);
            Node inner = map.get("protocols");
            Node gateway = (inner == null ? map : inner).get(PROTOCOL);
            if (gateway != null && gateway.get("path") instanceof Node.Text text) {
                String path = text.value().endsWith("/") ? text.value() : text.value() + "/";
                if (path.startsWith("/") && path.length() < 1024 && path.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
                    return path;
                }
            }
            throw new HttpRequestException("the peer serves no " + PROTOCOL, 404, false, null);
        } catch (MalformedException e) {
            throw new HttpRequestException("a malformed list of protocols: " + e.getMessage(), 502, false, e);
        }
    }

    @Override
    public void close() {
        peer.close();
    }
}
