package libp2p.protocols.identify;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import libp2p.core.connection.Connection;
import libp2p.core.connection.Direction;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Timer;
import libp2p.core.event.HostEvent.PeerIdentificationFailed;
import libp2p.core.event.HostEvent.PeerIdentified;
import libp2p.core.host.HandlerOptions;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.host.Registration;
import libp2p.core.identity.MalformedKeyException;
import libp2p.core.identity.PeerId;
import libp2p.core.identity.PublicKey;
import libp2p.core.peer.Peerstore;
import libp2p.core.record.PeerRecord;
import libp2p.core.record.SignedEnvelope;
import libp2p.core.resource.Reservation;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/**
 * Identifies every peer that connects, answers when others ask, takes their pushes, and pushes when the addresses or
 * protocols of this host change. What it learns goes to the peerstore, the address book and the event bus.
 */
public final class Identify implements HostService {
    /** Protocol id. */
    public static final String PROTOCOL = "/ipfs/id/1.0.0";

    /** Protocol id of the push variant. */
    public static final String PUSH_PROTOCOL = "/ipfs/id/push/1.0.0";

    private static final System.Logger LOG = System.getLogger(Identify.class.getName());

    /**
     * Bounds of the protocol.
     *
     * @param timeout for one exchange
     * @param frame bytes of one message that is read
     * @param frames messages that are read and merged
     * @param fields fields of one message
     * @param frameSent bytes of a message that holds everything; rust-libp2p accepts 4096
     * @param protocols protocols that are kept of a peer
     * @param addresses addresses that are kept of a peer
     * @param version bytes of the agent and protocol versions
     * @param pushes peers that are pushed to at the same time
     */
    public record Limits(
            Duration timeout,
            int frame,
            int frames,
            int fields,
            int frameSent,
            int protocols,
            int addresses,
            int version,
            int pushes) {
        public static final Limits DEFAULT =
                new Limits(Duration.ofSeconds(5), 8 * 1024, 10, 4096, 4096, 1024, 500, 1024, 32);
    }

    private final String agentVersion;
    private final String protocolVersion;
    private final Limits limits;
    private final Map<Connection, Boolean> identified = new ConcurrentHashMap<>();
    private @Nullable Host host;
    private @Nullable Pusher pusher;
    private @Nullable OwnRecord ownRecord;
    private List<Registration> registrations = List.of();

    /** @param agentVersion name and version of the program, for example {@code "java-libp2p/0.1.0"} */
    public Identify(String agentVersion) {
        this(agentVersion, "ipfs/0.1.0", Limits.DEFAULT);
    }

    public Identify(String agentVersion, String protocolVersion, Limits limits) {
        this.agentVersion = agentVersion;
        this.protocolVersion = protocolVersion;
        this.limits = limits;
    }

    @Override
    public void start(Host started) {
        host = started;
        ownRecord = new OwnRecord(started);
        HandlerOptions options = HandlerOptions.DEFAULT.withAllowLimited(true);
        registrations = List.of(
                started.handle(PROTOCOL, options, this::answer),
                started.handle(PUSH_PROTOCOL, options, this::receivePush));
        pusher = new Pusher(started, this, limits);
        pusher.start();
    }

    private Host host() {
        Host current = host;
        if (current == null) {
            throw new IllegalStateException("identify is not started");
        }
        return current;
    }

    @Override
    public void connectionOpened(Connection connection) {
        host().environment().start("identify-" + connection.id(), () -> identify(connection));
    }

    @Override
    public void connectionClosed(Connection connection) {
        identified.remove(connection);
    }

    /** Whether the peer of a connection has been identified on it. */
    public boolean isIdentified(Connection connection) {
        return identified.containsKey(connection);
    }

    private void identify(Connection connection) {
        Deadline deadline = Deadline.after(host().environment(), limits.timeout());
        try {
            Stream stream = connection.openAllowingLimited(deadline, PROTOCOL);
            boolean done = false;
            Timer end = endInTime(stream);
            try {
                stream.readTimeout(limits.timeout());
                stream.closeWrite();
                receive(stream, PROTOCOL, end);
                done = true;
            } finally {
                end.cancel();
                if (done) {
                    stream.close();
                } else {
                    stream.reset(ErrorCode.NONE);
                }
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "identify on " + connection + " failed: " + e.getMessage());
            host().events().publish(new PeerIdentificationFailed(connection, connection.remotePeer(), e));
        }
    }

    private void answer(Stream stream) throws IOException {
        Timer end = endInTime(stream);
        try {
            stream.writeTimeout(limits.timeout());
            IdentifyFrames.send(stream, message(stream.connection()), limits);
        } finally {
            end.cancel();
        }
    }

    /** Timeouts of reads and writes alone would leave a slow remote that time for every single byte. */
    private Timer endInTime(Stream stream) {
        return host().environment().schedule(limits.timeout().toNanos(), () -> stream.reset(ErrorCode.NONE));
    }

    /** What this host says about itself on a connection. */
    IdentifyMessage message(Connection connection) {
        IdentifyMessage message = new IdentifyMessage();
        message.publicKey = host().identity().publicKey().toProtobuf();
        message.listenAddresses.addAll(host().addresses());
        message.protocols.addAll(host().protocols());
        message.observedAddress = connection.remoteAddress();
        message.protocolVersion = protocolVersion;
        message.agentVersion = agentVersion;
        OwnRecord record = ownRecord;
        message.signedPeerRecord = record == null ? null : record.current();
        return message;
    }

    private void receivePush(Stream stream) throws IOException {
        Timer end = endInTime(stream);
        try {
            stream.readTimeout(limits.timeout());
            receive(stream, PUSH_PROTOCOL, end);
        } finally {
            end.cancel();
        }
    }

    /** Charges the connection: the stream may have ended, and its scope with it, before the last message is read. */
    private void receive(Stream stream, String protocol, Timer end) throws IOException {
        try (Reservation memory = stream.connection().scope().reserve(0, Reservation.ALWAYS)) {
            IdentifyMessage message = IdentifyFrames.receive(stream.input(), protocol, limits, memory);
            end.cancel(); // the remote has done its part
            consume(stream.connection(), message, protocol.equals(PUSH_PROTOCOL));
        }
    }

    private void consume(Connection connection, IdentifyMessage message, boolean push) throws IOException {
        PeerId peer = connection.remotePeer();
        Peerstore peerstore = host().peerstore();
        takeKey(peer, message);
        if (!push || !message.protocols.isEmpty()) {
            peerstore.setProtocols(peer, message.protocols);
        }
        if (message.agentVersion != null) {
            peerstore.putMetadata(peer, "agent", message.agentVersion);
        }
        if (message.protocolVersion != null) {
            peerstore.putMetadata(peer, "protocolVersion", message.protocolVersion);
        }
        SignedEnvelope record = record(peer, message);
        if (record != null) {
            peerstore.consume(record, Peerstore.CONNECTED);
        } else if (!message.listenAddresses.isEmpty()) {
            peerstore.addAddresses(peer, message.listenAddresses, Peerstore.Source.IDENTIFY, Peerstore.CONNECTED);
        }
        if (!connection.isOpen()) {
            peerstore.expireAddresses(peer, Peerstore.RECENTLY_CONNECTED);
        }
        observe(connection, message);
        identified.put(connection, true);
        if (!connection.isOpen()) {
            identified.remove(connection);
        }
        publish(connection, message, record != null);
    }

    private void publish(Connection connection, IdentifyMessage message, boolean signed) {
        host().events()
                .publish(new PeerIdentified(
                        connection,
                        connection.remotePeer(),
                        message.agentVersion,
                        message.protocolVersion,
                        List.copyOf(message.protocols),
                        List.copyOf(message.listenAddresses),
                        message.observedAddress,
                        signed));
    }

    private void observe(Connection connection, IdentifyMessage message) {
        Multiaddr observed = message.observedAddress;
        boolean telling = connection.direction() == Direction.INBOUND
                || connection.state().portReused();
        if (observed != null && telling && !connection.isLimited()) {
            host().addressBook().observed(connection.localAddress(), observed, connection.remoteAddress());
        }
    }

    /** The connection has proved the key; identify may only repeat it. */
    private static void takeKey(PeerId peer, IdentifyMessage message) throws IOException {
        if (message.publicKey == null) {
            return;
        }
        try {
            PublicKey key = PublicKey.fromProtobuf(message.publicKey);
            if (!key.peerId().equals(peer)) {
                throw new ProtocolViolationException(PROTOCOL, "the key in the message is not the key of " + peer);
            }
        } catch (MalformedKeyException e) {
            throw new IOException(PROTOCOL + ": malformed public key: " + e.getMessage(), e);
        }
    }

    /**
     * The signed record if there is one, it is well-formed, and it is about the peer itself; else null. A peer that comes
     * back with the record that is known already does not cost another check of the signature.
     */
    private @Nullable SignedEnvelope record(PeerId peer, IdentifyMessage message) {
        if (message.signedPeerRecord == null) {
            return null;
        }
        try {
            SignedEnvelope received = SignedEnvelope.fromBytes(message.signedPeerRecord);
            @Nullable SignedEnvelope known = host().peerstore().record(peer);
            SignedEnvelope envelope = known != null && received.equals(known) ? known : received;
            if (PeerRecord.open(envelope).peerId().equals(peer)) {
                return envelope;
            }
            LOG.log(Level.DEBUG, () -> "identify: " + peer + " sent the record of another peer");
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "identify: the record of " + peer + " is refused: " + e.getMessage());
        }
        return null;
    }

    @Override
    public void close() {
        registrations.forEach(Registration::close);
        Pusher current = pusher;
        if (current != null) {
            current.close();
        }
    }
}
