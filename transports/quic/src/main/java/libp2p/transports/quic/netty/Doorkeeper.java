package libp2p.transports.quic.netty;

import io.netty.channel.EventLoop;
import io.netty.channel.socket.DatagramPacket;
import io.netty.handler.codec.quic.QuicChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import libp2p.core.connection.DeadlineExceededException;
import libp2p.core.environment.Environment;
import libp2p.core.resource.ConnectionScope;
import libp2p.transports.quic.Limits;
import libp2p.transports.quic.engine.QuicAcceptor;
import org.jspecify.annotations.Nullable;

/**
 * Decides about connections that are not there yet. A few datagrams wait while the gater is asked on a virtual thread; only
 * then is anything computed for the client, one in each turn of the loop.
 *
 * <p>Whose address may be forged has a place of a kind of its own, for a short time, and is charged to nobody. While those
 * places are taken others are sent away with a token (Retry), as is whoever comes with the token of another server, which
 * clients cannot always tell apart; when all places are taken clients hear nothing and try again. Confined to the event loop,
 * except {@link #acceptor}.
 */
final class Doorkeeper {
    private static final int DATAGRAMS_HELD = 4;

    private final Environment environment;
    private final Limits limits;
    private final InetSocketAddress local;
    private final ConnectionIds ids;
    private final RetryTokens tokens;
    private final EventLoop loop;
    private final Turns turns;
    private final Map<ByteBuffer, List<DatagramPacket>> waiting = new HashMap<>();
    private final Set<ByteBuffer> known = new HashSet<>();
    private volatile @Nullable QuicAcceptor acceptor;
    private final Set<NettyConnection> shaking = new LinkedHashSet<>();
    private @Nullable Admission entering;
    private @Nullable NettyConnection begun;
    private int handshakes;
    private int unvalidated;

    private record Admission(
            QuicAcceptor acceptor,
            ConnectionScope scope,
            ByteBuffer firstId,
            InetSocketAddress remote,
            boolean validated,
            Runnable over) {}

    Doorkeeper(
            Environment environment,
            Limits limits,
            InetSocketAddress local,
            ConnectionIds ids,
            RetryTokens tokens,
            EventLoop loop) {
        this.environment = environment;
        this.limits = limits;
        this.local = local;
        this.ids = ids;
        this.tokens = tokens;
        this.loop = loop;
        this.turns = new Turns(loop);
    }

    void acceptor(@Nullable QuicAcceptor value) {
        acceptor = value;
    }

    /** Whether the id belongs to a connection that is there. */
    boolean isKnown(ByteBuffer destination) {
        return known.contains(destination);
    }

    /**
     * Takes the packet of an unknown client over. One that has to wait is copied: those of a burst share a buffer.
     *
     * @return what the client is answered at once, if it has to prove its address first
     */
    byte @Nullable [] arrived(Header header, DatagramPacket packet, Consumer<DatagramPacket> serve) {
        try {
            List<DatagramPacket> held = waiting.get(header.destination());
            if (held == null) {
                return begins(header, packet, serve);
            }
            if (held.size() < DATAGRAMS_HELD) {
                held.add(packet.copy());
            }
            return null;
        } finally {
            packet.release();
        }
    }

    private byte @Nullable [] begins(Header header, DatagramPacket packet, Consumer<DatagramPacket> serve) {
        QuicAcceptor current = acceptor;
        InetSocketAddress remote = packet.sender();
        if (current == null
                || handshakes >= limits.port().handshakes()
                || waiting.size() >= limits.port().admissions()) {
            return null;
        }
        boolean validated = tokens.isValid(header.token(), remote);
        ConnectionScope place = null;
        if (!validated) {
            // the codec cannot go on with a packet whose token is foreign, as it should (RFC 9000, 8.1.3), but a Retry
            // may follow
            place = header.token().length > 0 || unvalidated >= limits.port().unvalidated()
                    ? null
                    : current.unproved(remote);
            if (place == null) {
                return ServerPackets.retry(header, ids.random(), tokens.make(header.destination(), remote));
            }
        }
        List<DatagramPacket> held = new ArrayList<>(1);
        held.add(packet.copy());
        waiting.put(header.destination(), held);
        handshakes++;
        unvalidated += validated ? 0 : 1;
        ConnectionScope taken = place;
        environment.start("quic-admit", () -> ask(current, header.destination(), remote, taken, serve));
        return null;
    }

    private void ask(
            QuicAcceptor current,
            ByteBuffer firstId,
            InetSocketAddress remote,
            @Nullable ConnectionScope unproved,
            Consumer<DatagramPacket> serve) {
        boolean validated = unproved == null;
        Runnable over = environment.trackActivity(); // closing the host waits until the scope is passed on or closed
        ConnectionScope scope = null;
        try {
            if (unproved == null) {
                scope = current.admit(local, remote);
            } else {
                current.admit(local, remote, unproved);
                scope = unproved;
            }
        } catch (IOException | RuntimeException refused) {
            // the gater or a limit said no, and has counted it
        } finally {
            Admission admission =
                    scope == null ? null : new Admission(current, scope, firstId, remote, validated, over);
            if (admission == null) {
                if (unproved != null) {
                    unproved.close();
                }
                over.run();
            }
            try {
                loop.execute(() -> turns.add(() -> enter(admission, firstId, validated, serve)));
            } catch (RejectedExecutionException closed) {
                if (admission != null) {
                    fail(admission, new IOException("the port is closed", closed));
                }
            }
        }
    }

    private void enter(
            @Nullable Admission admission, ByteBuffer firstId, boolean validated, Consumer<DatagramPacket> serve) {
        List<DatagramPacket> held = waiting.remove(firstId);
        if (held == null || admission == null || admission.acceptor() != acceptor) {
            if (held != null) {
                held.forEach(DatagramPacket::release);
            }
            leave(validated);
            if (admission != null) {
                fail(admission, new IOException("the listener is closed"));
            }
            return;
        }
        entering = admission;
        begun = null;
        ids.takeLast();
        for (DatagramPacket packet : held) {
            serve.accept(packet);
        }
        NettyConnection connection = begun;
        begun = null;
        if (entering != null) {
            entering = null;
            leave(validated);
            fail(admission, new IOException("malformed Initial packet"));
        } else if (connection != null) {
            connection.failUnlessBegun(new IOException("quiche refused the Initial packet"));
        }
    }

    private void leave(boolean validated) {
        handshakes--;
        unvalidated -= validated ? 0 : 1;
    }

    private void fail(Admission admission, Throwable cause) {
        settle(
                admission,
                "quic-refused",
                () -> admission.acceptor().failed(local, admission.remote(), admission.scope(), cause));
    }

    private void settle(Admission admission, String name, Runnable outcome) {
        try {
            environment.start(name, outcome);
        } finally {
            admission.over().run();
        }
    }

    /** The codec makes the channel of the client that was let in; null if it is none of ours. */
    @Nullable
    NettyConnection begin(QuicChannel channel) {
        Admission admission = entering;
        entering = null;
        if (admission == null) {
            return null;
        }
        List<ByteBuffer> names = new ArrayList<>(List.of(admission.firstId()));
        ByteBuffer own = ids.takeLast();
        if (own != null) {
            names.add(own);
        }
        known.addAll(names);
        NettyConnection[] made = new NettyConnection[1];
        NettyConnection connection = new NettyConnection(
                environment,
                limits,
                local,
                admission.remote(),
                true,
                new Verification(admission.acceptor().verifier()),
                failure -> shaken(admission, made[0], failure));
        made[0] = connection;
        shaking.add(connection);
        Duration patience = admission.validated()
                ? limits.timeouts().accept()
                : limits.timeouts().unproved();
        var timer = loop.schedule(
                () -> connection.giveUpHandshake(new DeadlineExceededException("QUIC handshake")),
                patience.toNanos(),
                TimeUnit.NANOSECONDS);
        connection.onLoopEnd(() -> {
            timer.cancel(false);
            known.removeAll(names);
        });
        begun = connection;
        return connection;
    }

    private void shaken(Admission admission, NettyConnection connection, @Nullable Throwable failure) {
        shaking.remove(connection);
        leave(admission.validated());
        if (failure == null) {
            settle(admission, "quic-accept", () -> admission.acceptor().accepted(connection, admission.scope()));
        } else {
            fail(admission, failure);
        }
    }

    /** Ends the handshakes that go on; connections that are there stay. */
    void giveUp() {
        IOException why = new IOException("the listener is closed");
        List.copyOf(shaking).forEach(connection -> connection.giveUpHandshake(why));
    }

    /** Drops what waits. */
    void close() {
        acceptor = null;
        giveUp();
        waiting.values().forEach(held -> held.forEach(DatagramPacket::release));
        waiting.clear();
        turns.close();
    }
}
