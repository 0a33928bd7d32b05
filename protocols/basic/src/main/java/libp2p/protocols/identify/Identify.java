package libp2p.protocols.identify;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.event.HostEvent.PeerIdentificationFailed;
import libp2p.core.host.HandlerOptions;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.host.Registration;
import libp2p.core.messaging.MessageCodec;
import libp2p.core.messaging.MessageStream;
import libp2p.core.peer.AddressReach;
import libp2p.core.record.RecordLimits;
import libp2p.core.resource.Reservation;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/**
 * Identifies every peer that connects, answers when others ask, takes their pushes, and pushes when the addresses or
 * protocols of this host change. Its findings go to the peerstore, the address book and the event bus.
 */
public final class Identify implements HostService {
    /** Protocol id. */
    public static final String PROTOCOL = "/ipfs/id/1.0.0";

    /** Protocol id of the push variant. */
    public static final String PUSH_PROTOCOL = "/ipfs/id/push/1.0.0";

    /** The protocol version that a host tells unless another is given, as go-libp2p's does. */
    public static final String PROTOCOL_VERSION = "ipfs/0.1.0";

    /** The service that its streams are charged to. */
    public static final String SERVICE = "libp2p.identify";

    private static final System.Logger LOG = System.getLogger(Identify.class.getName());

    private final String agentVersion;
    private final String protocolVersion;
    private final IdentifyLimits limits;
    private final Map<Connection, Boolean> identified = new ConcurrentHashMap<>();
    private @Nullable Host host;
    private @Nullable Pusher pusher;
    private @Nullable PeerClaims claims;
    private @Nullable PushPace pushPace;
    private @Nullable OwnRecord ownRecord;
    private List<Registration> registrations = List.of();

    /** @param agentVersion name and version of the program, for example {@code "java-libp2p/0.1.0"} */
    public Identify(String agentVersion) {
        this(agentVersion, PROTOCOL_VERSION, IdentifyLimits.DEFAULT);
    }

    /** @param protocolVersion the one that is told */
    public Identify(String agentVersion, String protocolVersion, IdentifyLimits limits) {
        this.agentVersion = agentVersion;
        this.protocolVersion = protocolVersion;
        this.limits = limits;
    }

    @Override
    public void start(Host started) {
        host = started;
        ownRecord = new OwnRecord(started);
        claims = new PeerClaims(started);
        pushPace = new PushPace(started.environment(), limits);
        HandlerOptions options = HandlerOptions.DEFAULT.withAllowLimited(true).withService(SERVICE);
        registrations = List.of(
                started.handle(PROTOCOL, options, this::answer),
                started.handle(PUSH_PROTOCOL, options, this::receivePush));
        pusher = new Pusher(started, this, limits);
        pusher.start();
    }

    private Host host() {
        return HostService.started("identify", host);
    }

    @Override
    public void connectionOpened(Connection connection) {
        host().environment().start("identify-" + connection.id(), () -> identify(connection));
    }

    private PushPace pushPace() {
        return HostService.started("identify", pushPace);
    }

    private Pusher pusher() {
        return HostService.started("identify", pusher);
    }

    private PeerClaims claims() {
        return HostService.started("identify", claims);
    }

    @Override
    public void connectionClosed(Connection connection) {
        identified.remove(connection);
        pushPace().forget(connection);
        pusher().forget(connection);
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
            try {
                MessageStream<byte[], byte[]> frames = frames(stream);
                stream.closeWrite();
                receive(frames, PROTOCOL);
                done = true;
            } finally {
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
        IdentifyFrames.send(frames(stream), pusher().compose(stream.connection()), limits);
    }

    /** The frames of one exchange, which is bounded in time as a whole. */
    private MessageStream<byte[], byte[]> frames(Stream stream) {
        MessageStream<byte[], byte[]> frames =
                new MessageStream<>(stream, MessageCodec.BYTES, MessageCodec.BYTES, limits.frame());
        frames.until(Deadline.after(host().environment(), limits.timeout()));
        return frames;
    }

    /** The description of this host on a connection. */
    IdentifyMessage message(Connection connection) {
        IdentifyMessage message = new IdentifyMessage();
        message.publicKey = host().identity().publicKey().toProtobuf();
        List<Multiaddr> all = host().addresses();
        List<Multiaddr> sensible = AddressReach.filter(all, connection.remoteAddress());
        List<Multiaddr> addresses = sensible.subList(0, Math.min(sensible.size(), RecordLimits.RECORD_ADDRESSES));
        message.listenAddresses.addAll(addresses);
        message.protocols.addAll(host().protocols());
        message.observedAddress = connection.remoteAddress();
        message.protocolVersion = protocolVersion;
        message.agentVersion = agentVersion;
        OwnRecord record = ownRecord;
        message.signedPeerRecord = record == null ? null : record.of(all, addresses);
        return message;
    }

    private void receivePush(Stream stream) throws IOException {
        if (!pushPace().admits(stream.connection())) {
            stream.reset(ErrorCode.STREAM_RATE_LIMITED);
            return;
        }
        receive(frames(stream), PUSH_PROTOCOL);
    }

    /** Charges the connection: the stream may have ended, and its scope with it, before the last message is read. */
    private void receive(MessageStream<byte[], byte[]> frames, String protocol) throws IOException {
        Connection connection = frames.stream().connection();
        try (Reservation memory = connection.scope().reserve(0, Reservation.ALWAYS)) {
            IdentifyMessage message = IdentifyFrames.receive(frames::receiveOrEnd, protocol, limits, memory);
            claims().take(connection, message, protocol.equals(PUSH_PROTOCOL));
            identified.put(connection, true);
            if (!connection.isOpen()) {
                identified.remove(connection);
            }
            pusher().identified(connection);
        }
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
