package libp2p.node.control;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import libp2p.Libp2p;
import libp2p.auth.FileRules;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.event.HostEvent.ConnectednessChanged;
import libp2p.core.event.Subscription;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.MalformedException;
import libp2p.node.host.Json;
import libp2p.node.host.ResourceTree;
import libp2p.swarm.gate.GaterLists;
import libp2p.swarm.resource.CountingResourceManager;
import libp2p.swarm.resource.LimitsFile;

/** Does what the owner asks of the host of this process. Thread-safe. */
public final class HostControl implements NodeControl {
    /** How long the end of a connection is waited for, at most. */
    private static final Duration END = Duration.ofSeconds(10);

    private final Host host;

    /** The control of a host, which stays its owner's to close. */
    public HostControl(Host host) {
        this.host = host;
    }

    @Override
    public NodeIdentity id() {
        return new NodeIdentity(
                host.peerId().toString(),
                host.identity().publicKey().toProtobuf(),
                host.fullAddresses().stream().map(Object::toString).toList(),
                Libp2p.AGENT,
                host.protocols().stream().sorted().toList());
    }

    @Override
    public List<OpenConnection> connections() {
        return host.connections().stream().map(HostControl::open).toList();
    }

    private static OpenConnection open(Connection connection) {
        return new OpenConnection(
                connection.remotePeer().toString(),
                connection.remoteAddress().toString(),
                connection.direction(),
                connection.state().muxer(),
                connection.roundTrip().orElse(null),
                connection.streams().stream()
                        .map(Stream::protocol)
                        .filter(Objects::nonNull)
                        .toList());
    }

    @Override
    public SortedMap<String, List<String>> knownAddresses() {
        SortedMap<String, List<String>> known = new TreeMap<>();
        for (PeerId peer : host.peerstore().peers()) {
            known.put(
                    peer.toString(),
                    host.peerstore().addresses(peer).stream()
                            .map(Object::toString)
                            .toList());
        }
        return known;
    }

    @Override
    public String connect(String peer) throws IOException {
        PeerAddress address = PeerAddress.parse(peer);
        if (address.peer() == null) {
            throw new MalformedException(MalformedException.quote(peer) + " does not end in /p2p/ID");
        }
        return host.connect(address).remotePeer().toString();
    }

    @Override
    public String disconnect(String peer) throws IOException {
        PeerId named = peer.startsWith("/") ? PeerAddress.parse(peer).peer() : PeerId.parse(peer);
        if (named == null) {
            throw new MalformedException(MalformedException.quote(peer) + " does not end in /p2p/ID");
        }
        List<Connection> open = host.connections(named);
        if (open.isEmpty()) {
            throw new IOException("there is no connection with " + named);
        }
        try (Subscription<ConnectednessChanged> changes = host.events().subscribe(ConnectednessChanged.class)) {
            open.forEach(connection -> connection.close(ErrorCode.NONE, "disconnected by the owner"));
            awaitEnd(named, changes);
        }
        return named.toString();
    }

    /** So that the answer of the next command does not name the peer. */
    private void awaitEnd(PeerId peer, Subscription<ConnectednessChanged> changes) throws IOException {
        Deadline limit = Deadline.after(host.environment(), END);
        try {
            while (!host.connections(peer).isEmpty() && changes.take(limit) != null) {
                // the change may be that of another peer
            }
        } catch (InterruptedException e) {
            throw new InterruptedIOException("interrupted while the connections with " + peer + " were closed");
        }
    }

    @Override
    public Gate gate(GateAction action, List<String> entries) {
        return GateEntries.change(host.service(GaterLists.class).orElseThrow(), action, entries);
    }

    @Override
    public boolean reload() throws IOException {
        FileRules rules = host.service(FileRules.class)
                .orElseThrow(
                        () -> new IOException("the node runs without --access FILE: there is nothing to read again"));
        return rules.reload();
    }

    @Override
    public String resources() {
        return ResourceTree.text(host.resourceManager().report());
    }

    @Override
    public String resourcesAsJson() {
        return Json.write(ResourceTree.json(host.resourceManager().report())) + "\n";
    }

    @Override
    public String limits() throws IOException {
        if (host.resourceManager() instanceof CountingResourceManager counting) {
            return LimitsFile.text(counting.limits());
        }
        throw new IOException("the resource manager of this host tells no limits");
    }
}
