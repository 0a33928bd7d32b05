package libp2p.quic.connection;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import libp2p.quic.protect.InitialKeys;
import libp2p.quic.protect.KeyPhases;
import libp2p.quic.recovery.CongestionController;
import libp2p.quic.recovery.LossRecovery;
import libp2p.quic.recovery.PacketSpace;
import libp2p.quic.stream.Streams;
import libp2p.quic.wire.ConnectionId;
import libp2p.quic.wire.TransportException;
import libp2p.quic.wire.TransportParameterId;
import libp2p.quic.wire.TransportParameters;
import libp2p.security.tls13.Alert;
import libp2p.security.tls13.TlsException;
import org.jspecify.annotations.Nullable;

/**
 * One connection of QUIC version 1 (RFC 9000, 9001, 9002) as a state machine. Events come in by {@link #receive},
 * {@link #timeout}, {@link #worked} and the methods of {@link #streams}; after any of them the caller sends what {@link
 * #transmit} gives, and asks for {@link #nextTimeout}. Times are in nanoseconds on a clock that does not go back.
 *
 * <p>Not thread-safe: the caller holds one lock around every call, but for {@link HandshakeWork#run}.
 */
public final class Connection {
    static final long MAX_ACK_DELAY = 25_000_000;
    static final int ACK_DELAY_EXPONENT = 3;
    static final int MAX_DATAGRAM = 2048;

    final ConnectionConfig config;
    final boolean client;
    final EndpointContext context;
    final TlsDriver tls;
    final @Nullable LevelState[] levels = new LevelState[LevelState.COUNT];
    final LossRecovery recovery;
    final Streams streams;
    final LocalConnectionIds localIds;
    final RemoteConnectionIds remoteIds;
    final MtuDiscovery mtu;
    final Timers timers;
    final DatagramQueue datagrams;
    final ConnectionId originalDestination;
    final Tracing tracing;
    final Migration migration = new Migration(this);
    final UndecryptablePackets early = new UndecryptablePackets();

    /** Made by {@link PacketReceiver}, whose frames it does. */
    final FrameDispatcher frames;

    private final HandshakeResult negotiation;
    final PacketReceiver receiving;
    private final PacketBuilder sending;

    @Nullable
    ConnectionId retrySource;

    @Nullable
    ConnectionId remoteFirst;

    @Nullable
    KeyPhases oneRtt;

    @Nullable
    TransportParameters remoteParameters;

    byte[] token = {};
    NetworkPath path;

    @Nullable
    NetworkPath oldPath;

    boolean handshakeDoneDue;
    boolean newTokenDue;
    boolean pingDue;
    private int firstLevel;
    private boolean complete;
    private boolean confirmed;
    private @Nullable CloseCause closing;
    private @Nullable String protocol;
    private boolean draining;
    private boolean terminated;
    boolean closeDue;

    private Connection(
            ConnectionConfig config,
            boolean client,
            EndpointContext context,
            TlsDriver.Maker maker,
            ConnectionId local,
            ConnectionId remote,
            ConnectionId originalDestination,
            NetworkPath path,
            long now) {
        this.config = config;
        this.client = client;
        this.context = context;
        this.originalDestination = originalDestination;
        this.path = path;
        tracing = new Tracing(context.tracer(client, originalDestination, now), client);
        tls = new TlsDriver(maker);
        @Nullable PacketSpace[] spaces = new PacketSpace[LevelState.COUNT];
        for (int i = 0; i < LevelState.COUNT; i++) {
            LevelState level = new LevelState(i, MAX_ACK_DELAY, context.chunks());
            levels[i] = level;
            spaces[i] = level.space;
        }
        CongestionController congestion = new CongestionController(MtuDiscovery.BASE, config.firstWindow());
        recovery = new LossRecovery(congestion, spaces, !client, new RecoveryEvents(this));
        streams = new Streams(client, config.streams(), context.chunks());
        localIds = new LocalConnectionIds(context, local);
        remoteIds = new RemoteConnectionIds(context, remote);
        mtu = new MtuDiscovery(config.mtu());
        timers = new Timers(this, now);
        datagrams = new DatagramQueue(config.datagrams());
        frames = new FrameDispatcher(this);
        negotiation = new HandshakeResult(this);
        receiving = new PacketReceiver(this, frames);
        sending = new PacketBuilder(this);
    }

    /**
     * The side that dials.
     *
     * @param maker makes a {@link libp2p.security.tls13.ClientHandshake}
     * @param destination a random id of 8 to 20 bytes, to which the first packets go
     * @param local an id of {@link EndpointContext#newId}
     */
    public static Connection client(
            ConnectionConfig config,
            EndpointContext context,
            HandshakeFactory maker,
            ConnectionId destination,
            ConnectionId local,
            InetSocketAddress remote,
            long now) {
        Connection connection = new Connection(
                config,
                true,
                context,
                maker::make,
                local,
                destination,
                destination,
                new NetworkPath(remote, null, true),
                now);
        TransportParameters parameters = HandshakeResult.parameters(config, local);
        connection.tls.handshake().transportParameters(parameters.encode());
        connection.tracing.parameters(true, parameters, now);
        connection.initialKeys(destination);
        return connection;
    }

    /**
     * The side that is dialed, made for the first Initial packet, which {@link #receive} is given next.
     *
     * @param maker makes a {@link libp2p.security.tls13.ServerHandshake}
     * @param destination to which the Initial was sent
     * @param original to which the client had sent before a Retry; the same as {@code destination} without one
     * @param remoteId the source id of the Initial
     * @param own the address of this side that was dialed, or null if the socket is bound to it, or it is not known
     * @param validated whether a token has shown that the address is the client's
     */
    public static Connection server(
            ConnectionConfig config,
            EndpointContext context,
            HandshakeFactory maker,
            ConnectionId destination,
            ConnectionId original,
            ConnectionId remoteId,
            ConnectionId local,
            InetSocketAddress remote,
            @Nullable InetAddress own,
            boolean validated,
            long now) {
        NetworkPath path = new NetworkPath(remote, own, validated);
        Connection connection =
                new Connection(config, false, context, maker::make, local, remoteId, original, path, now);
        connection.remoteFirst = remoteId;
        TransportParameters parameters = HandshakeResult.parameters(config, local)
                .put(TransportParameterId.ORIGINAL_DESTINATION_CONNECTION_ID, original)
                .put(TransportParameterId.STATELESS_RESET_TOKEN, context.resetToken(local));
        if (!original.equals(destination)) {
            parameters.put(TransportParameterId.RETRY_SOURCE_CONNECTION_ID, destination);
        }
        connection.tls.handshake().transportParameters(parameters.encode());
        connection.tracing.parameters(true, parameters, now);
        connection.initialKeys(destination);
        return connection;
    }

    void initialKeys(ConnectionId destination) {
        LevelState initial = level(TlsDriver.INITIAL);
        initial.close();
        initial.sending = InitialKeys.of(destination, client, true);
        initial.receiving = InitialKeys.of(destination, !client, false);
    }

    /** The lowest level of which there are keys or will be. */
    int firstLevel() {
        return firstLevel;
    }

    LevelState level(int index) {
        LevelState level = levels[index];
        if (level == null) {
            throw new IllegalStateException("the keys of level " + index + " are gone");
        }
        return level;
    }

    // ---- what happens

    /**
     * A datagram has come; nothing that it holds is trusted.
     *
     * @param buffer may be written to where the datagram is
     * @param to the address of this side, or null if the socket is bound to it, or it is not known
     * @param codepoint of ECN: 0 none, 1 ECT(1), 2 ECT(0), 3 CE
     */
    public void receive(
            ByteBuffer buffer,
            int offset,
            int length,
            InetSocketAddress from,
            @Nullable InetAddress to,
            int codepoint,
            long now) {
        if (!terminated && length > 0) {
            streams.at(now);
            receiving.receive(buffer, offset, length, from, to, codepoint, now);
        }
    }

    /** A computation of the handshake that has to be done, or null; one at a time. */
    public @Nullable HandshakeWork pollWork() {
        return hasWork() ? tls.work() : null;
    }

    /** Whether {@link #pollWork} gives something. */
    public boolean hasWork() {
        return !terminated && closing == null && tls.hasWork();
    }

    /** Takes back what {@link #pollWork} gave, done. */
    public void worked(HandshakeWork work, long now) {
        tls.worked();
        if (terminated || closing != null) {
            return;
        }
        try {
            for (HandshakeWork.Outcome outcome : work.outcomes()) {
                negotiation.take(outcome);
            }
            negotiation.takeParameters(now);
            IOException failure = work.failure();
            if (failure instanceof TlsException refused) {
                throw TlsDriver.error(refused);
            }
            if (failure != null) {
                TransportException error = TlsDriver.error(Alert.CERTIFICATE_UNKNOWN, "refused");
                error.initCause(failure);
                throw error;
            }
            if (!complete && tls.handshake().isComplete()) {
                completed(now);
            }
            receiving.keysCame(now);
        } catch (TransportException violation) {
            fail(violation, now);
        }
    }

    private void completed(long now) {
        complete = true;
        TransportParameters remote = remoteParameters;
        if (remote != null) {
            localIds.allow(remote.number(TransportParameterId.ACTIVE_CONNECTION_ID_LIMIT));
        }
        protocol = tls.handshake().protocol();
        if (!client) {
            tls.over();
            handshakeDoneDue = true;
            newTokenDue = true;
            confirm(now);
        }
        timers.completed();
    }

    /** The handshake is confirmed (RFC 9001, section 4.1.2). */
    void confirm(long now) {
        if (!confirmed) {
            confirmed = true;
            recovery.confirmed();
            recovery.active(now);
            discard(TlsDriver.INITIAL);
            discard(TlsDriver.HANDSHAKE);
            mtu.enable();
        }
    }

    /** Initial or Handshake packets are over (RFC 9001, section 4.9). */
    void discard(int index) {
        LevelState level = levels[index];
        if (level != null) {
            level.close();
            levels[index] = null;
            recovery.discard(index);
            while (firstLevel < TlsDriver.APPLICATION && levels[firstLevel] == null) {
                firstLevel++;
            }
        }
    }

    /** The time of {@link #nextTimeout} has come. */
    public void timeout(long now) {
        if (!terminated) {
            streams.at(now);
            timers.timeout(now);
        }
    }

    /** When {@link #timeout} is to be called; {@code Long.MAX_VALUE} for never. */
    public long nextTimeout() {
        return terminated ? Long.MAX_VALUE : timers.next();
    }

    /**
     * Fills a batch that is clear with datagrams that may leave now.
     *
     * @return whether there are any; if so the caller sends them and asks again
     */
    public boolean transmit(SendBatch batch, long now) {
        boolean any = !terminated && !draining && sending.transmit(batch, now);
        if (!any) {
            streams.congestionWindow(
                    recovery.congestion().window(), recovery.rtt().minimum());
            receiving.rest();
        }
        return any;
    }

    // ---- the application

    /** The streams; to be used when the handshake is complete. */
    public Streams streams() {
        return streams;
    }

    /** Unreliable datagrams (RFC 9221). */
    public DatagramQueue datagrams() {
        return datagrams;
    }

    /** Whether streams can be opened. */
    public boolean isComplete() {
        return complete;
    }

    /** Whether both sides know that the handshake is complete. */
    public boolean isConfirmed() {
        return confirmed;
    }

    /** The application protocol that was agreed, or null before the handshake is complete. */
    public @Nullable String protocol() {
        return protocol;
    }

    /** Address to which this connection sends now; another one after the remote has migrated (section 9). */
    public InetSocketAddress remoteAddress() {
        return path.remote;
    }

    /** Loss detection and congestion control of the path in use (RFC 9002). */
    public LossRecovery recovery() {
        return recovery;
    }

    /** Packets that have come before their keys. */
    public UndecryptablePackets early() {
        return early;
    }

    /** The size of datagrams that get through. */
    public int mtu() {
        return mtu.size();
    }

    /** Other addresses of this side. */
    public Migration migration() {
        return migration;
    }

    /** Its figures now. */
    public ConnectionStats status() {
        return ConnectionStats.of(this, negotiation.suite());
    }

    /** Number of key updates. */
    public int keyUpdates() {
        KeyPhases keys = oneRtt;
        return keys == null ? 0 : keys.updates();
    }

    /** Begins a new key phase if the last one is confirmed; returns whether it did. */
    public boolean updateKeys() {
        KeyPhases keys = oneRtt;
        if (keys == null || !confirmed || !keys.mayUpdate()) {
            return false;
        }
        keys.update();
        return true;
    }

    /** Sends something that the remote acknowledges. */
    public void ping() {
        pingDue = true;
    }

    /** Ends the connection; the remote is told by the next {@link #transmit}. */
    public void close(long code, String reason, long now) {
        end(new CloseCause(code, true, false, reason, null), now);
    }

    /** Ends the connection with a code of the transport. */
    public void fail(TransportException violation, long now) {
        end(new CloseCause(violation.code(), false, false, String.valueOf(violation.getMessage()), violation), now);
    }

    private void end(CloseCause why, long now) {
        if (closing == null && !terminated) {
            closing = why;
            closeDue = true;
            tracing.closed(why, now);
            timers.closes(now);
        }
    }

    /** The remote has ended the connection: nothing more is sent (RFC 9000, section 10.2.2). */
    void drain(CloseCause why, long now) {
        if (!draining) {
            draining = true;
            tracing.closed(why, now);
            closing = closing == null ? why : closing;
            timers.closes(now);
        }
    }

    /** Everything is over, at once and in silence. */
    public void terminate(@Nullable CloseCause why) {
        if (terminated) {
            return;
        }
        terminated = true;
        closing = closing == null ? why : closing;
        for (int i = 0; i < LevelState.COUNT; i++) {
            LevelState level = levels[i];
            if (level != null) {
                level.close();
                levels[i] = null;
            }
        }
        KeyPhases keys = oneRtt;
        if (keys != null) {
            keys.close();
            oneRtt = null;
        }
        localIds.retireAll();
        remoteIds.close();
        tracing.over();
    }

    /**
     * Why the connection is over, or null while it is not; packets may still be answered until it {@link
     * #isTerminated}.
     */
    public @Nullable CloseCause closing() {
        return closing;
    }

    /** Whether nothing is left to do. */
    public boolean isTerminated() {
        return terminated;
    }

    boolean isDraining() {
        return draining;
    }

    /** The path may carry less than it did: datagrams are small again until larger ones are found to arrive. */
    void narrow() {
        if (mtu.size() > MtuDiscovery.BASE) {
            mtu.restart();
            recovery.congestion().packetSize(mtu.size());
        }
    }
}
