package libp2p.swarm.connection;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import libp2p.core.connection.CloseReason;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ConnectionState;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.LimitedConnectionException;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.failure.NetworkFailure;
import libp2p.core.identity.PeerId;
import libp2p.core.identity.PublicKey;
import libp2p.core.muxer.MuxedStream;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.resource.Direction;
import libp2p.core.resource.LimitExceededException;
import libp2p.core.resource.StreamScope;
import libp2p.core.transport.TransportConnection;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.swarm.negotiation.LazyNegotiation;
import libp2p.swarm.negotiation.NegotiationChannel;
import org.jspecify.annotations.Nullable;

/** A connection of the host, over whatever a transport handed in. Thread-safe. */
public final class SwarmConnection implements Connection {
    private final long id;
    private final TransportConnection transport;
    private final ConnectionContext context;
    private final Authorization authorization;
    private final Instant opened;
    private final Set<SwarmStream> streams = ConcurrentHashMap.newKeySet();
    /** What {@link ConnectionPhases}, whose lock guards it where it matters, has told. */
    volatile ConnectionPhases.Told told = ConnectionPhases.Told.NOTHING;

    SwarmConnection(long id, TransportConnection transport, ConnectionContext context) {
        this.id = id;
        this.transport = transport;
        this.context = context;
        this.authorization = new Authorization(context, this);
        this.opened = context.environment().wallClock();
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public PeerId remotePeer() {
        return transport.remotePeer();
    }

    @Override
    public PublicKey remoteKey() {
        return transport.remoteKey();
    }

    @Override
    public Multiaddr localAddress() {
        return transport.localAddress();
    }

    @Override
    public Multiaddr remoteAddress() {
        return transport.remoteAddress();
    }

    @Override
    public Direction direction() {
        return transport.direction();
    }

    @Override
    public Instant opened() {
        return opened;
    }

    @Override
    public ConnectionState state() {
        return transport.state();
    }

    @Override
    public ConnectionScope scope() {
        return transport.scope();
    }

    @Override
    public Optional<Duration> roundTrip() {
        long nanos = transport.roundTripNanos();
        return nanos > 0 ? Optional.of(Duration.ofNanos(nanos)) : Optional.empty();
    }

    @Override
    public Map<String, Object> details() {
        return transport.details();
    }

    Environment environment() {
        return context.environment();
    }

    /** Number of open streams, cheaper than {@link #streams}. */
    public int streamCount() {
        return streams.size();
    }

    @Override
    public List<Stream> streams() {
        return streams.stream()
                .sorted(Comparator.comparingLong(SwarmStream::id))
                .map(Stream.class::cast)
                .toList();
    }

    void add(SwarmStream stream) {
        streams.add(stream);
    }

    void remove(SwarmStream stream) {
        streams.remove(stream);
    }

    TransportConnection transport() {
        return transport;
    }

    @Override
    public Stream open(Deadline deadline, String... protocols) throws IOException {
        requireUnlimited();
        return open(deadline, List.of(protocols), null);
    }

    @Override
    public Stream openAllowingLimited(Deadline deadline, String... protocols) throws IOException {
        return open(deadline, List.of(protocols), null);
    }

    /** Throws if the connection is limited. */
    public void requireUnlimited() throws LimitedConnectionException {
        if (isLimited()) {
            throw new LimitedConnectionException(remotePeer());
        }
    }

    /**
     * Opens a stream, also on a limited connection.
     *
     * @param known the one protocol that the remote is known to speak; it is proposed without waiting for the answer
     * @throws libp2p.core.connection.UnauthorizedException if the authorizer of this host permits none of the protocols
     */
    public Stream open(Deadline deadline, List<String> protocols, @Nullable String known) throws IOException {
        try {
            List<String> permitted = authorization.outbound(protocols);
            return openCharged(deadline, permitted, permitted.contains(known) ? known : null);
        } catch (IOException e) {
            if (e instanceof LimitExceededException refusal) {
                context.observer().refused("stream", refusal);
            }
            throw NetworkFailure.located(e, remotePeer(), protocols.size() == 1 ? protocols.getFirst() : null);
        }
    }

    private Stream openCharged(Deadline deadline, List<String> protocols, @Nullable String known) throws IOException {
        StreamScope scope = context.resources().openStream(remotePeer(), Direction.OUTBOUND);
        MuxedStream muxed = null;
        boolean done = false;
        try {
            muxed = transport.openStream(deadline);
            String agreed = known == null ? negotiate(muxed, protocols, deadline) : known;
            LazyNegotiation lazy = known == null ? null : propose(muxed, known);
            scope.setProtocol(agreed);
            SwarmStream stream =
                    new SwarmStream(muxed, this, Direction.OUTBOUND, agreed, scope, lazy, context.observer());
            stream.opened(context.limits().streams().readTimeout());
            done = true;
            return stream;
        } finally {
            if (!done) {
                if (muxed != null) {
                    muxed.reset(ErrorCode.STREAM_PROTOCOL_NEGOTIATION_FAILED);
                }
                scope.close();
            }
        }
    }

    private LazyNegotiation propose(MuxedStream muxed, String protocol) {
        Duration patience = context.limits().streams().negotiationTimeout();
        return new LazyNegotiation(context.environment(), context.multistream(), muxed, protocol, patience);
    }

    private String negotiate(MuxedStream muxed, List<String> protocols, Deadline deadline) throws IOException {
        long start = context.environment().nanoTime();
        String agreed = null;
        try {
            Deadline until = deadline.earlier(Deadline.after(
                    context.environment(), context.limits().streams().negotiationTimeout()));
            agreed = context.multistream().select(NegotiationChannel.of(muxed, until), protocols);
            muxed.readDeadline(Deadline.NONE);
            muxed.writeDeadline(Deadline.NONE);
            return agreed;
        } finally {
            context.observer()
                    .negotiated(
                            Direction.OUTBOUND, agreed, context.environment().nanoTime() - start);
        }
    }

    @Override
    public void close(long code, String reason) {
        context.phases().closing(this, code, reason);
        transport.close(code, reason);
    }

    @Override
    public @Nullable CloseReason closeReason() {
        return transport.closeReason();
    }

    @Override
    public String toString() {
        return "connection " + id + " to " + remotePeer() + " at " + remoteAddress();
    }
}
