package libp2p.nat.autonat.v2;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import libp2p.core.environment.Timer;
import libp2p.core.host.HandlerOptions;
import libp2p.core.host.Host;
import libp2p.core.host.Registration;
import libp2p.core.protobuf.Delimited;
import libp2p.core.resource.Direction;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;
import org.jspecify.annotations.Nullable;

/** Asks servers to dial this host at one address, and takes the nonces that they bring. Thread-safe. */
public final class ProbeClient implements AutoCloseable {

    private static final int PIECE = 4000;

    private static final class Pending {
        final Multiaddr address;
        /** The connections that there were before the server was asked. */
        final Set<Connection> before;

        @Nullable
        InetAddress from;

        Pending(Multiaddr address, Collection<Connection> before) {
            this.address = address;
            this.before = Set.copyOf(before);
        }

        /** Whether a connection has come since, as one to the address would: one of this host's own proves nothing. */
        boolean isProvedBy(Connection connection) {
            return connection.direction() == Direction.INBOUND
                    && !connection.isLimited()
                    && !before.contains(connection)
                    && isSameStack(address, connection.localAddress());
        }
    }

    private final Host host;
    private final ProbeLimits limits;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition arrived;
    private final Map<Long, Pending> pending = new HashMap<>();
    private final Registration registration;

    /** Begins to take nonces. */
    public ProbeClient(Host host, ProbeLimits limits) {
        this.host = host;
        this.limits = limits;
        this.arrived = new TimedCondition(host.environment(), lock);
        this.registration = host.handle(ProbeServer.DIAL_BACK_PROTOCOL, HandlerOptions.DEFAULT, this::take);
    }

    /** Asks the peer of a connection whether it can reach an address; blocks. */
    public ProbeResult ask(Connection server, Multiaddr address) throws IOException {
        Environment environment = host.environment();
        Deadline deadline = Deadline.after(environment, limits.probe());
        byte[] random = new byte[Long.BYTES];
        environment.secureRandom(random);
        long nonce = ByteBuffer.wrap(random).getLong();
        Pending request = new Pending(address, host.connections());
        lock.lock();
        try {
            pending.put(nonce, request);
        } finally {
            lock.unlock();
        }
        try {
            return ask(server, request, nonce, deadline);
        } finally {
            lock.lock();
            try {
                pending.remove(nonce);
            } finally {
                lock.unlock();
            }
        }
    }

    private ProbeResult ask(Connection server, Pending request, long nonce, Deadline deadline) throws IOException {
        Environment environment = host.environment();
        Stream stream = server.open(deadline, ProbeServer.PROTOCOL);
        Timer end = environment.schedule(deadline.remainingNanos(environment), () -> stream.reset(ErrorCode.NONE));
        boolean done = false;
        try {
            write(stream, new ProbeMessage.DialRequest(List.of(request.address), nonce));
            ProbeMessage answer = read(stream);
            if (answer instanceof ProbeMessage.DialDataRequest wanted) {
                pay(stream, wanted);
                answer = read(stream);
            }
            if (!(answer instanceof ProbeMessage.DialResponse response)) {
                throw new ProtocolViolationException(ProbeServer.PROTOCOL, "an answer that is none");
            }
            done = true;
            return judge(request, response);
        } finally {
            end.cancel();
            if (done) {
                stream.close();
            } else {
                stream.reset(ErrorCode.NONE);
            }
        }
    }

    private void pay(Stream stream, ProbeMessage.DialDataRequest wanted) throws IOException {
        if (wanted.index() != 0 || wanted.bytes() > limits.data()) {
            throw new ProtocolViolationException(
                    ProbeServer.PROTOCOL,
                    "the server wants " + wanted.bytes() + " bytes for address " + wanted.index() + ", at most "
                            + limits.data() + " are given for address 0");
        }
        for (long left = wanted.bytes(); left > 0; left -= PIECE) {
            write(stream, new ProbeMessage.DialDataResponse((int) Math.min(left, PIECE)));
        }
    }

    private ProbeResult judge(Pending request, ProbeMessage.DialResponse response) throws IOException {
        if (response.status() == ProbeMessage.DialResponse.DIAL_REFUSED) {
            return new ProbeResult(ProbeResult.Kind.UNWILLING, null);
        }
        if (response.status() != ProbeMessage.DialResponse.OK) {
            return new ProbeResult(ProbeResult.Kind.REFUSED, null);
        }
        if (response.index() != 0) {
            throw new ProtocolViolationException(
                    ProbeServer.PROTOCOL, "the server tried address " + response.index() + " of one");
        }
        return switch (response.dialStatus()) {
            case ProbeMessage.DialResponse.DIALED -> {
                InetAddress from = await(request, limits.settle());
                yield new ProbeResult(from == null ? ProbeResult.Kind.UNPROVEN : ProbeResult.Kind.REACHED, from);
            }
            case ProbeMessage.DialResponse.DIAL_BACK_ERROR -> {
                // It could dial, and perhaps only did not hear that the nonce had come.
                InetAddress from = await(request, Duration.ZERO);
                yield new ProbeResult(from == null ? ProbeResult.Kind.REFUSED : ProbeResult.Kind.REACHED, from);
            }
            case ProbeMessage.DialResponse.DIAL_ERROR -> {
                InetAddress from = await(request, Duration.ZERO);
                yield new ProbeResult(from == null ? ProbeResult.Kind.FAILED : ProbeResult.Kind.UNPROVEN, from);
            }
            default -> new ProbeResult(ProbeResult.Kind.UNPROVEN, null);
        };
    }

    /** The address from which the nonce arrived, or null if none arrives in time. */
    private @Nullable InetAddress await(Pending request, Duration most) throws IOException {
        Deadline until = Deadline.after(host.environment(), most);
        lock.lock();
        try {
            arrived.await(until, () -> request.from != null);
            return request.from;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new java.io.InterruptedIOException("interrupted while waiting for a nonce");
        } finally {
            lock.unlock();
        }
    }

    /** A server has dialed back. A peer with a nonce that no request waits for gets no answer. */
    private void take(Stream stream) throws IOException {
        Environment environment = host.environment();
        Timer end = environment.schedule(limits.dialBack().toNanos(), () -> stream.reset(ErrorCode.NONE));
        try {
            byte[] bytes = Delimited.read("DialBack", stream.input(), DialBackMessages.MAX_BYTES);
            if (!enter(DialBackMessages.readNonce(bytes), stream.connection())) {
                stream.reset(ErrorCode.STREAM_PROTOCOL_VIOLATION);
                return;
            }
            stream.write(Delimited.frame(DialBackMessages.received()));
            stream.closeWrite();
            // The server hears the answer only if this end does not close the connection under it.
            while (stream.input().read() >= 0) {
                // the bytes mean nothing
            }
        } finally {
            end.cancel();
        }
    }

    private boolean enter(long nonce, Connection connection) {
        lock.lock();
        try {
            Pending request = pending.get(nonce);
            InetAddress from = connection.remoteAddress().ip();
            if (request == null || from == null || !request.isProvedBy(connection)) {
                return false;
            }
            request.from = from;
            arrived.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Whether a connection arrived as one to the address would: by the same IP version and transport. */
    private static boolean isSameStack(Multiaddr tested, Multiaddr local) {
        InetAddress a = tested.ip();
        InetAddress b = local.ip();
        return a != null
                && b != null
                && a instanceof Inet4Address == b instanceof Inet4Address
                && tested.has(Protocol.TCP) == local.has(Protocol.TCP)
                && tested.has(Protocol.QUIC_V1) == local.has(Protocol.QUIC_V1)
                && tested.has(Protocol.WEBTRANSPORT) == local.has(Protocol.WEBTRANSPORT);
    }

    private static ProbeMessage read(Stream stream) throws IOException {
        return ProbeMessage.fromBytes(Delimited.read("AutoNAT v2 Message", stream.input(), ProbeMessage.MAX_BYTES));
    }

    private static void write(Stream stream, ProbeMessage message) throws IOException {
        stream.write(Delimited.frame(message.toBytes()));
    }

    @Override
    public void close() {
        registration.close();
    }
}
