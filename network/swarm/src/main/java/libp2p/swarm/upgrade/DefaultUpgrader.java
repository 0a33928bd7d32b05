package libp2p.swarm.upgrade;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import libp2p.core.connection.ConnectionState;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.GatedException;
import libp2p.core.connection.HostClosedException;
import libp2p.core.connection.NegotiationException;
import libp2p.core.connection.PeerMismatchException;
import libp2p.core.connection.RawConnection;
import libp2p.core.connection.SelfDialException;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.Timer;
import libp2p.core.failure.NetworkFailure;
import libp2p.core.host.ConnectionGater;
import libp2p.core.identity.PeerId;
import libp2p.core.muxer.MuxedConnection;
import libp2p.core.muxer.Muxer;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.resource.Direction;
import libp2p.core.security.SecureConnection;
import libp2p.core.security.SecurityProtocol;
import libp2p.core.security.SecurityRequest;
import libp2p.core.security.SecurityRequest.Role;
import libp2p.core.transport.DialRequest;
import libp2p.core.transport.MuxedTransportConnection;
import libp2p.core.transport.TransportConnection;
import libp2p.core.transport.Upgrader;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.swarm.connection.ConnectionPhases;
import libp2p.swarm.negotiation.Multistream;
import libp2p.swarm.negotiation.NegotiationChannel;
import libp2p.swarm.negotiation.NegotiationLimits;
import org.jspecify.annotations.Nullable;

/** The upgrader of a host. Thread-safe. */
public final class DefaultUpgrader implements Upgrader, AutoCloseable {
    private final Environment environment;
    private final PeerId self;
    private final List<SecurityProtocol> security;
    private final List<String> securityIds;
    private final MuxerChoice muxers;
    private final @Nullable UnaryOperator<RawConnection> protector;
    private final ConnectionGater gater;
    private final ConnectionPhases phases;
    private final Duration acceptTimeout;
    private final Multistream multistream;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<PendingUpgrade> running = new LinkedHashSet<>();
    private boolean closed;

    /**
     * @param self refused as a remote peer
     * @param security what is offered, best first
     * @param protector wraps raw connections of a private network, or null
     * @param acceptTimeout from accepting a connection until it is secured and multiplexed
     * @param negotiation bounds of multistream-select
     */
    public DefaultUpgrader(
            Environment environment,
            PeerId self,
            List<SecurityProtocol> security,
            MuxerChoice muxers,
            @Nullable UnaryOperator<RawConnection> protector,
            ConnectionGater gater,
            ConnectionPhases phases,
            Duration acceptTimeout,
            NegotiationLimits negotiation) {
        this.environment = environment;
        this.self = self;
        this.security = List.copyOf(security);
        this.securityIds = security.stream().map(SecurityProtocol::protocol).toList();
        this.muxers = muxers;
        this.protector = protector;
        this.gater = gater;
        this.phases = phases;
        this.acceptTimeout = acceptTimeout;
        this.multistream = new Multistream(negotiation);
    }

    @Override
    public TransportConnection outbound(String transport, RawConnection raw, DialRequest request) throws IOException {
        return upgrade(new Upgrade(
                transport,
                raw,
                Direction.OUTBOUND,
                request.role(),
                request.expectedPeer(),
                request.scope(),
                request.deadline()));
    }

    @Override
    public TransportConnection inbound(String transport, RawConnection raw, ConnectionScope scope) throws IOException {
        Deadline deadline = Deadline.after(environment, acceptTimeout);
        return upgrade(new Upgrade(transport, raw, Direction.INBOUND, Role.RESPONDER, null, scope, deadline));
    }

    @Override
    public TransportConnection punched(String transport, RawConnection raw, ConnectionScope scope, PeerId peer)
            throws IOException {
        Deadline deadline = Deadline.after(environment, acceptTimeout);
        return upgrade(new Upgrade(transport, raw, Direction.INBOUND, Role.INITIATOR, peer, scope, deadline));
    }

    private record Upgrade(
            String transport,
            RawConnection raw,
            Direction direction,
            Role role,
            @Nullable PeerId expectedPeer,
            ConnectionScope scope,
            Deadline deadline) {}

    private TransportConnection upgrade(Upgrade upgrade) throws IOException {
        // A blocking channel has no read timeout: the timer closes it, and says why.
        PendingUpgrade pending = new PendingUpgrade(upgrade.raw());
        Timer timer = environment.schedule(upgrade.deadline().remainingNanos(environment), pending);
        boolean done = false;
        try {
            begin(pending);
            TransportConnection connection = secureAndMultiplex(upgrade);
            if (!pending.settle()) {
                connection.close(ErrorCode.NONE, "the time for the upgrade is up");
                throw new IOException("the upgrade ended after its time was up");
            }
            done = true;
            return connection;
        } catch (IOException e) {
            throw NetworkFailure.located(pending.explain(upgrade.transport(), e), upgrade.expectedPeer(), null);
        } finally {
            timer.cancel();
            end(pending);
            if (!done) {
                upgrade.raw().close();
                upgrade.scope().close();
            }
        }
    }

    private void begin(PendingUpgrade pending) throws IOException {
        lock.lock();
        try {
            if (closed) {
                throw new HostClosedException();
            }
            running.add(pending);
        } finally {
            lock.unlock();
        }
    }

    private void end(PendingUpgrade pending) {
        lock.lock();
        try {
            running.remove(pending);
        } finally {
            lock.unlock();
        }
    }

    /** Ends the upgrades that go on, and refuses others from now on; idempotent. */
    @Override
    public void close() {
        List<PendingUpgrade> cut;
        lock.lock();
        try {
            closed = true;
            cut = List.copyOf(running);
        } finally {
            lock.unlock();
        }
        cut.forEach(PendingUpgrade::hostClosed);
    }

    private TransportConnection secureAndMultiplex(Upgrade upgrade) throws IOException {
        boolean initiator = upgrade.role() == Role.INITIATOR;
        List<Muxer> candidates = muxers.of(upgrade.role());
        List<String> muxerIds = muxers.ids(upgrade.role());
        RawConnection raw = upgrade.raw();
        RawConnection guarded = protector == null ? raw : protector.apply(raw);
        BufferedRawConnection buffered = new BufferedRawConnection(guarded);
        SecurityProtocol chosen = chooseSecurity(buffered, initiator);
        SecureConnection secure = chosen.secure(
                buffered, new SecurityRequest(environment, upgrade.role(), upgrade.expectedPeer(), muxerIds));
        buffered.handshakeEnded();
        boolean done = false;
        try {
            PeerId remote = secure.remotePeer();
            checkPeer(upgrade, remote);
            upgrade.scope().setPeer(remote);
            phases.upgrading(upgrade.scope(), upgrade.direction(), remote, raw.remoteAddress());
            String early = secure.earlyMuxer();
            Muxer muxer = muxer(
                    candidates, early == null ? negotiate(NegotiationChannel.of(secure), muxerIds, initiator) : early);
            MuxedConnection muxed = muxer.mux(environment, secure, initiator, upgrade.scope());
            done = true;
            ConnectionState state = new ConnectionState(
                    upgrade.transport(),
                    chosen.protocol(),
                    muxer.protocol(),
                    early != null,
                    raw.portReused(),
                    raw.limits());
            muxed.announceWithData(); // every stream negotiates its protocol first
            muxed.onClose(upgrade.scope()::close);
            return new MuxedTransportConnection(
                    muxed,
                    secure.remoteKey(),
                    raw.localAddress(),
                    raw.remoteAddress(),
                    upgrade.direction(),
                    state,
                    upgrade.scope());
        } finally {
            if (!done) {
                secure.close();
            }
        }
    }

    private void checkPeer(Upgrade upgrade, PeerId remote) throws IOException {
        PeerId expected = upgrade.expectedPeer();
        if (expected != null && !expected.equals(remote) && !remote.equals(self)) {
            throw new PeerMismatchException(expected, remote);
        }
        secured(upgrade.direction(), remote, upgrade.raw().remoteAddress());
    }

    @Override
    public void secured(Direction direction, PeerId peer, Multiaddr remote) throws IOException {
        if (peer.equals(self)) {
            throw new SelfDialException(self);
        }
        if (!gater.interceptSecured(direction, peer, remote)) {
            throw new GatedException("secured", peer);
        }
    }

    private SecurityProtocol chooseSecurity(BufferedRawConnection raw, boolean initiator) throws IOException {
        String agreed = negotiate(NegotiationChannel.of(raw, raw::holdsMessage), securityIds, initiator);
        return security.get(securityIds.indexOf(agreed));
    }

    private String negotiate(NegotiationChannel channel, List<String> ids, boolean initiator) throws IOException {
        return initiator ? multistream.select(channel, ids) : multistream.answer(channel, ids::contains, () -> ids);
    }

    private static Muxer muxer(List<Muxer> candidates, String protocol) throws NegotiationException {
        for (Muxer muxer : candidates) {
            if (muxer.protocol().equals(protocol)) {
                return muxer;
            }
        }
        throw new NegotiationException("the handshake agreed on an unknown muxer", List.of(protocol));
    }
}
