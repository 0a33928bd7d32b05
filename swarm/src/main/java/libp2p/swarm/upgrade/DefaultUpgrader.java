package libp2p.swarm.upgrade;

import java.io.IOException;
import java.util.List;
import java.util.function.UnaryOperator;
import libp2p.core.connection.ConnectionState;
import libp2p.core.connection.DeadlineExceededException;
import libp2p.core.connection.Direction;
import libp2p.core.connection.GatedException;
import libp2p.core.connection.NegotiationException;
import libp2p.core.connection.PeerMismatchException;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.Timer;
import libp2p.core.host.ConnectionGater;
import libp2p.core.identity.PeerId;
import libp2p.core.muxer.MuxedConnection;
import libp2p.core.muxer.Muxer;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.security.SecureConnection;
import libp2p.core.security.SecurityProtocol;
import libp2p.core.security.SecurityRequest;
import libp2p.core.security.SecurityRequest.Role;
import libp2p.core.transport.DialRequest;
import libp2p.core.transport.RawConnection;
import libp2p.core.transport.TransportConnection;
import libp2p.core.transport.Upgrader;
import libp2p.swarm.Limits;
import libp2p.swarm.negotiation.Multistream;
import libp2p.swarm.negotiation.NegotiationChannel;
import org.jspecify.annotations.Nullable;

/** The upgrader of a host. Immutable and thread-safe. */
public final class DefaultUpgrader implements Upgrader {
    private final Environment environment;
    private final PeerId self;
    private final List<SecurityProtocol> security;
    private final List<Muxer> muxers;
    private final @Nullable UnaryOperator<RawConnection> protector;
    private final ConnectionGater gater;
    private final Limits limits;
    private final Multistream multistream;

    /**
     * @param self refused as a remote peer
     * @param security what is offered, best first
     * @param muxers what is offered, best first
     * @param protector wraps raw connections of a private network, or null
     */
    public DefaultUpgrader(
            Environment environment,
            PeerId self,
            List<SecurityProtocol> security,
            List<Muxer> muxers,
            @Nullable UnaryOperator<RawConnection> protector,
            ConnectionGater gater,
            Limits limits) {
        this.environment = environment;
        this.self = self;
        this.security = List.copyOf(security);
        this.muxers = List.copyOf(muxers);
        this.protector = protector;
        this.gater = gater;
        this.limits = limits;
        this.multistream = new Multistream(limits.negotiation());
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
        Deadline deadline = Deadline.after(environment, limits.acceptTimeout());
        return upgrade(new Upgrade(transport, raw, Direction.INBOUND, Role.RESPONDER, null, scope, deadline));
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
        DeadlineClose expiry = new DeadlineClose(upgrade.raw());
        Timer timer = environment.schedule(upgrade.deadline().remainingNanos(environment), expiry);
        boolean done = false;
        try {
            TransportConnection connection = secureAndMultiplex(upgrade);
            timer.cancel();
            if (!expiry.settle()) {
                connection.close(0, "deadline exceeded");
                throw new DeadlineExceededException("upgrade");
            }
            done = true;
            return connection;
        } catch (IOException e) {
            if (expiry.fired()) {
                DeadlineExceededException late =
                        new DeadlineExceededException("upgrade (" + upgrade.transport() + "): " + e.getMessage());
                late.initCause(e);
                throw late;
            }
            throw e;
        } finally {
            timer.cancel();
            if (!done) {
                upgrade.raw().close();
                upgrade.scope().close();
            }
        }
    }

    private TransportConnection secureAndMultiplex(Upgrade upgrade) throws IOException {
        boolean initiator = upgrade.role() == Role.INITIATOR;
        RawConnection raw = upgrade.raw();
        RawConnection guarded = protector == null ? raw : protector.apply(raw);
        BufferedRawConnection buffered = new BufferedRawConnection(guarded);
        SecurityProtocol chosen = chooseSecurity(buffered, initiator);
        buffered.negotiated();
        SecureConnection secure = chosen.secure(
                buffered,
                new SecurityRequest(
                        environment,
                        upgrade.role(),
                        upgrade.expectedPeer(),
                        muxers.stream().map(Muxer::protocol).toList()));
        boolean done = false;
        try {
            PeerId remote = secure.remotePeer();
            checkPeer(upgrade, remote);
            upgrade.scope().setPeer(remote);
            String early = secure.earlyMuxer();
            Muxer muxer = early == null ? chooseMuxer(secure, initiator) : muxer(early);
            MuxedConnection muxed = muxer.mux(environment, secure, initiator, upgrade.scope());
            done = true;
            ConnectionState state = new ConnectionState(
                    upgrade.transport(),
                    chosen.protocol(),
                    muxer.protocol(),
                    early != null,
                    raw.portReused(),
                    raw.limits());
            return new UpgradedConnection(
                    muxed,
                    remote,
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
        if (remote.equals(self)) {
            throw new IOException("the remote peer is this host itself, " + self);
        }
        PeerId expected = upgrade.expectedPeer();
        if (expected != null && !expected.equals(remote)) {
            throw new PeerMismatchException(expected, remote);
        }
        if (!gater.interceptSecured(upgrade.direction(), remote, upgrade.raw().remoteAddress())) {
            throw new GatedException("secured", remote);
        }
    }

    private SecurityProtocol chooseSecurity(RawConnection raw, boolean initiator) throws IOException {
        List<String> ids = security.stream().map(SecurityProtocol::protocol).toList();
        String agreed = negotiate(NegotiationChannel.of(raw), ids, initiator);
        return security.stream()
                .filter(candidate -> candidate.protocol().equals(agreed))
                .findFirst()
                .orElseThrow();
    }

    private Muxer chooseMuxer(SecureConnection secure, boolean initiator) throws IOException {
        List<String> ids = muxers.stream().map(Muxer::protocol).toList();
        return muxer(negotiate(NegotiationChannel.of(secure), ids, initiator));
    }

    private String negotiate(NegotiationChannel channel, List<String> ids, boolean initiator) throws IOException {
        return initiator ? multistream.select(channel, ids) : multistream.answer(channel, ids::contains, () -> ids);
    }

    private Muxer muxer(String protocol) throws NegotiationException {
        for (Muxer muxer : muxers) {
            if (muxer.protocol().equals(protocol)) {
                return muxer;
            }
        }
        throw new NegotiationException("the handshake agreed on an unknown muxer", List.of(protocol));
    }
}
