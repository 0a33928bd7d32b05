package libp2p.swarm.testing;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import libp2p.core.connection.CloseReason;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ConnectionLimits;
import libp2p.core.connection.ConnectionState;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.identity.PeerId;
import libp2p.core.identity.PublicKey;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.resource.Direction;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/** A connection of a {@link FakeHost} that carries nothing. */
public final class FakeConnection implements Connection {
    private final FakeHost host;
    private final long id;
    private final PeerId peer;
    private final Direction direction;
    private final Multiaddr remote;
    private final ConnectionScope scope;
    private final @Nullable ConnectionLimits limits;
    private final List<Stream> streams = new CopyOnWriteArrayList<>();
    private volatile @Nullable CloseReason reason;

    FakeConnection(
            FakeHost host,
            long id,
            PeerId peer,
            Direction direction,
            Multiaddr remote,
            ConnectionScope scope,
            @Nullable ConnectionLimits limits) {
        this.host = host;
        this.id = id;
        this.peer = peer;
        this.direction = direction;
        this.remote = remote;
        this.scope = scope;
        this.limits = limits;
    }

    /** Makes the connection look as if the remote had opened so many streams. */
    public FakeConnection withStreams(int count) {
        return withStreams(Direction.INBOUND, count);
    }

    /** Makes the connection look as if it had so many streams of one direction. */
    public FakeConnection withStreams(Direction which, int count) {
        for (int i = 0; i < count; i++) {
            streams.add((Stream) java.lang.reflect.Proxy.newProxyInstance(
                    FakeConnection.class.getClassLoader(), new Class<?>[] {Stream.class}, (proxy, method, args) -> {
                        if (method.getName().equals("direction")) {
                            return which;
                        }
                        throw new UnsupportedOperationException(method.getName());
                    }));
        }
        return this;
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public PeerId remotePeer() {
        return peer;
    }

    @Override
    public PublicKey remoteKey() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Multiaddr localAddress() {
        return Multiaddr.parse("/ip4/127.0.0.1/tcp/4001");
    }

    @Override
    public Multiaddr remoteAddress() {
        return remote;
    }

    @Override
    public Direction direction() {
        return direction;
    }

    @Override
    public Instant opened() {
        return Instant.EPOCH;
    }

    @Override
    public ConnectionState state() {
        return new ConnectionState("fake", "", "", false, false, limits);
    }

    @Override
    public ConnectionScope scope() {
        return scope;
    }

    @Override
    public List<Stream> streams() {
        return List.copyOf(streams);
    }

    @Override
    public Stream open(Deadline deadline, String... protocols) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Stream openAllowingLimited(Deadline deadline, String... protocols) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close(long code, String text) {
        if (reason == null) {
            reason = new CloseReason(code, false, text, null);
            scope.close();
            host.closed(this);
        }
    }

    @Override
    public @Nullable CloseReason closeReason() {
        return reason;
    }

    @Override
    public String toString() {
        return "connection " + id;
    }
}
