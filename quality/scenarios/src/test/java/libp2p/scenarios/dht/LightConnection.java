package libp2p.scenarios.dht;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import libp2p.core.connection.CloseReason;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ConnectionState;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.identity.PeerId;
import libp2p.core.identity.PublicKey;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.resource.Direction;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/** One end of a connection between light hosts. */
final class LightConnection implements Connection {
    private static final ConnectionState STATE = new ConnectionState("light", "", "", false, false, null);

    private final LightHost host;
    private final LightHost remote;
    private final Direction direction;
    private final Set<LightStream> streams = new LinkedHashSet<>();
    private final Instant opened;
    private @Nullable LightConnection other;
    private @Nullable CloseReason reason;
    private long used;

    private LightConnection(LightHost host, LightHost remote, Direction direction) {
        this.host = host;
        this.remote = remote;
        this.direction = direction;
        this.opened = host.environment().wallClock();
        this.used = host.environment().nanoTime();
    }

    /** Two ends that belong together; returns that of the host that dialed. */
    static LightConnection pair(LightHost from, LightHost to) {
        LightConnection own = new LightConnection(from, to, Direction.OUTBOUND);
        LightConnection others = new LightConnection(to, from, Direction.INBOUND);
        own.other = others;
        others.other = own;
        return own;
    }

    LightConnection other() {
        LightConnection there = other;
        if (there == null) {
            throw new IllegalStateException("a connection with one end");
        }
        return there;
    }

    LightHost host() {
        return host;
    }

    LightHost remote() {
        return remote;
    }

    /** When what is sent to this end now arrives. */
    long arrival() {
        return host.environment().nanoTime() + host.delay() + remote.delay();
    }

    /** When this end was last used. */
    long used() {
        return used;
    }

    boolean isIdle() {
        return streams.isEmpty();
    }

    void sent(int bytes) {
        host.count(bytes);
    }

    void received(int bytes) {
        host.count(bytes);
    }

    void opened(LightStream stream) {
        used = host.environment().nanoTime();
        streams.add(stream);
    }

    void ended(LightStream stream) {
        used = host.environment().nanoTime();
        streams.remove(stream);
    }

    @Override
    public void close(long code, String text) {
        closeHere(new CloseReason(code, false, text, null));
        other().closeHere(new CloseReason(code, true, text, null));
    }

    private void closeHere(CloseReason why) {
        if (reason == null) {
            reason = why;
            new ArrayList<>(streams).forEach(stream -> stream.reset(0));
            host.closed(this);
        }
    }

    @Override
    public @Nullable CloseReason closeReason() {
        return reason;
    }

    @Override
    public long id() {
        return 0;
    }

    @Override
    public PeerId remotePeer() {
        return remote.peerId();
    }

    @Override
    public PublicKey remoteKey() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Multiaddr localAddress() {
        return host.address();
    }

    @Override
    public Multiaddr remoteAddress() {
        return remote.address();
    }

    @Override
    public Direction direction() {
        return direction;
    }

    @Override
    public Instant opened() {
        return opened;
    }

    @Override
    public ConnectionState state() {
        return STATE;
    }

    @Override
    public ConnectionScope scope() {
        return host.network().scope();
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
}
