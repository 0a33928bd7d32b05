package libp2p.delegated.routing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.core.record.InvalidRecordException;
import libp2p.core.resource.LimitExceededException;
import libp2p.core.routing.ContentRouting;
import libp2p.core.routing.PeerRouting;
import libp2p.core.routing.Results;
import libp2p.http.HttpClient;
import libp2p.http.HttpClientResponse;
import libp2p.http.HttpRequest;
import libp2p.http.HttpRequestException;
import libp2p.ipld.Node;
import libp2p.ipld.codec.PlainJson;
import libp2p.ipns.IpnsName;
import libp2p.ipns.IpnsRecord;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/** Asks a server of delegated routing. Records that cannot be read are passed over. Thread-safe. */
public final class DelegatedRouting implements ContentRouting, PeerRouting, AutoCloseable {
    private static final String JSON = "application/json";
    private static final String STREAM = "application/x-ndjson";
    private static final String RECORD = "application/vnd.ipfs.ipns-record";

    private final Environment environment;
    private final HttpClient caller;
    private final List<String> protocols;
    private final RoutingLimits limits;

    /**
     * A client of one server.
     *
     * @param caller closed with this client
     * @param protocols that providers are to speak, such as {@link PeerRecord#BITSWAP}; empty for all
     */
    public DelegatedRouting(Environment environment, HttpClient caller, List<String> protocols, RoutingLimits limits) {
        this.environment = environment;
        this.caller = caller;
        this.protocols = List.copyOf(protocols);
        this.limits = limits;
    }

    /** Announcements are not part of the protocol. */
    @Override
    public void provide(Cid cid, Deadline deadline) {
        throw new UnsupportedOperationException("delegated routing announces nothing");
    }

    @Override
    public Results<PeerAddress> findProviders(Cid cid, Deadline deadline) {
        Results<PeerRecord> records = providers(cid, deadline);
        return new Results<>() {
            @Override
            public @Nullable PeerAddress next() throws IOException {
                PeerRecord record = records.next();
                return record == null ? null : record.address();
            }

            @Override
            public void close() {
                records.close();
            }
        };
    }

    /** The records of the providers of content, as they come. The server is asked when the first is taken. */
    public Results<PeerRecord> providers(Cid cid, Deadline deadline) {
        String filter = protocols.isEmpty() ? "" : "?filter-protocols=" + String.join(",", protocols) + ",unknown";
        return new Answers("/routing/v1/providers/" + cid + filter, "Providers", bounded(deadline));
    }

    @Override
    public List<Multiaddr> findPeer(PeerId peer, Deadline deadline) throws IOException {
        List<Multiaddr> addresses = new ArrayList<>();
        try (Results<PeerRecord> records =
                new Answers("/routing/v1/peers/" + peer.toCid(), "Peers", bounded(deadline))) {
            for (PeerRecord record = records.next();
                    record != null && addresses.size() < limits.addresses();
                    record = records.next()) {
                if (record.id().equals(peer)) {
                    addresses.addAll(record.address().addresses());
                }
            }
        }
        return addresses;
    }

    /** The record of a name, verified, or null; blocks. */
    public @Nullable IpnsRecord record(IpnsName name, Deadline deadline) throws IOException {
        Deadline end = bounded(deadline);
        try (HttpClientResponse reply =
                caller.send(HttpRequest.of("GET", "/routing/v1/ipns/" + name, Map.of("Accept", RECORD)), end)) {
            if (reply.status() == 404 || !reply.header("content-type").startsWith(RECORD)) {
                return null;
            }
            requireOk(reply);
            byte[] bytes = reply.bytes("record of " + name, libp2p.ipns.IpnsLimits.RECORD_BYTES);
            return IpnsRecord.open(name, bytes, environment.wallClock());
        } catch (InvalidRecordException e) {
            throw new HttpRequestException(
                    caller.name() + " sent a record that is invalid: " + e.getMessage(), 200, false, e);
        }
    }

    /** Gives the server a record of a name; blocks until it took it. */
    public void publish(IpnsName name, IpnsRecord record, Deadline deadline) throws IOException {
        try (HttpClientResponse reply = caller.send(
                HttpRequest.of("PUT", "/routing/v1/ipns/" + name, Map.of("Content-Type", RECORD))
                        .withBody(record.toBytes()),
                bounded(deadline))) {
            requireOk(reply);
        }
    }

    private Deadline bounded(Deadline deadline) {
        return deadline.earlier(Deadline.after(environment, limits.deadline()));
    }

    private void requireOk(HttpClientResponse reply) throws HttpRequestException {
        if (reply.status() != 200) {
            boolean retry = reply.status() == 429 || reply.status() >= 500;
            throw new HttpRequestException(
                    caller.name() + " answered with status " + reply.status(), reply.status(), retry, null);
        }
    }

    /** One answer, read as it comes. */
    private final class Answers implements Results<PeerRecord> {
        private final String target;
        private final String list;
        private final Deadline deadline;
        private volatile @Nullable HttpClientResponse reply;
        private @Nullable InputStream lines;
        private @Nullable Results<PeerRecord> whole;
        private long read;
        private volatile boolean closed;

        Answers(String target, String list, Deadline deadline) {
            this.target = target;
            this.list = list;
            this.deadline = deadline;
        }

        @Override
        public @Nullable PeerRecord next() throws IOException {
            if (closed) {
                return null;
            }
            try {
                begin();
                Results<PeerRecord> all = whole;
                return all == null ? streamed() : all.next();
            } catch (IOException e) {
                if (closed) {
                    return null;
                }
                throw e;
            }
        }

        private void begin() throws IOException {
            if (reply != null) {
                return;
            }
            HttpClientResponse answer = caller.send(
                    HttpRequest.of("GET", target, Map.of("Accept", STREAM + ", " + JSON + ";q=0.9")), deadline);
            reply = answer;
            if (answer.status() == 404) {
                whole = Results.none();
                return;
            }
            requireOk(answer);
            if (answer.header("content-type").startsWith(STREAM)) {
                lines = new BufferedInputStream(answer.body());
                return;
            }
            List<PeerRecord> records = new ArrayList<>();
            Node node;
            try {
                node = PlainJson.decode(answer.bytes("answer of " + caller.name(), limits.answerBytes()));
            } catch (MalformedException e) {
                throw new HttpRequestException(caller.name() + ": " + e.getMessage(), 200, false, e);
            }
            if (node.get(list) instanceof Node.Sequence items) {
                for (Node item : items.items()) {
                    PeerRecord record = read(item);
                    if (record != null) {
                        records.add(record);
                    }
                }
            }
            whole = Results.of(records);
        }

        private @Nullable PeerRecord streamed() throws IOException {
            while (true) {
                byte[] line = line();
                if (line == null) {
                    return null;
                }
                if (line.length > 0) {
                    PeerRecord record;
                    try {
                        record = read(PlainJson.decode(line));
                    } catch (MalformedException e) {
                        throw new HttpRequestException(caller.name() + ": " + e.getMessage(), 200, false, e);
                    }
                    if (record != null) {
                        return record;
                    }
                }
            }
        }

        private @Nullable PeerRecord read(Node node) {
            try {
                return PeerRecord.read(node, limits.addresses());
            } catch (MalformedException otherSchema) {
                return null;
            }
        }

        private void require(String what, long bytes, long limit) throws LimitExceededException {
            if (bytes > limit) {
                throw new LimitExceededException(
                        what + caller.name(), "bytes", bytes, limit, LimitExceededException.Side.LOCAL);
            }
        }

        private byte @Nullable [] line() throws IOException {
            InputStream in = lines;
            if (in == null) {
                return null;
            }
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int b = in.read(); b >= 0; b = in.read()) {
                require("answer of ", ++read, limits.answerBytes());
                require("a line of the answer of ", line.size(), limits.lineBytes());
                if (b == '\n') {
                    return line.toByteArray();
                }
                line.write(b);
            }
            return line.size() == 0 ? null : line.toByteArray();
        }

        @Override
        public void close() {
            closed = true;
            HttpClientResponse answer = reply;
            if (answer != null) {
                try {
                    answer.close();
                } catch (IOException e) {
                    System.getLogger(DelegatedRouting.class.getName())
                            .log(System.Logger.Level.DEBUG, () -> "closing an answer: " + e);
                }
            }
        }
    }

    @Override
    public void close() {
        caller.close();
    }
}
