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
import java.util.function.Predicate;
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

/** Asks servers to dial this host at one address, and takes the nonces that they bring. Thread-safe. */
public final class ProbeClient implements AutoCloseable {

    private static final int PIECE = 4000;

    private static final class Pending {
        final Multiaddr address;
        /** The connections that there were before the server was asked. */
        final Set<Connection> before;

        boolean proved;
        boolean stranger;

        Pending(Multiaddr address, Collection<Connection> before) {
            this.address = address;
            this.before = Set.copyOf(before);
        }

        /** Whether a connection has come since, as one to the address would: one of this host's own proves nothing. */
        boolean isProvedBy(Connection connection) {
            return connection.direction() == Direction.INBOUND
                    && connection.isDirect()
                    && !connection.isLimited()
                    && !before.contains(connection)
                    && isSameStack(address, connection.localAddress());
        }
    }

    private final Host host;
    private final ProbeLimits limits;
    private final Predicate<Connection> strangers;
    private final Predicate<Multiaddr> outside;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition arrived;
    private final Map<Long, Pending> pending = new HashMap<>();
    private final Registration registration;

    /**
     * Begins to take nonces.
     *
     * @param outside whether an address is public, so that a connection from it has come as those of others would
     * @param strangers whether a connection came from an IP address that routers had no reason to let in
     */
    public ProbeClient(Host host, ProbeLimits limits, Predicate<Multiaddr> outside, Predicate<Connection> strangers) {
        this.host = host;
        this.limits = limits;
        this.outside = outside;
        this.strangers = strangers;
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
            return new ProbeResult(ProbeResult.Kind.UNWILLING, false);
        }
        if (response.status() != ProbeMessage.DialResponse.OK) {
            return new ProbeResult(ProbeResult.Kind.REFUSED, false);
        }
        if (response.index() != 0) {
            throw new ProtocolViolationException(
                    ProbeServer.PROTOCOL, "the server tried address " + response.index() + " of one");
        }
        return switch (response.dialStatus()) {
            case ProbeMessage.DialResponse.DIALED -> {
                boolean proved = await(request, limits.settle());
                yield result(request, proved ? ProbeResult.Kind.REACHED : ProbeResult.Kind.UNPROVEN);
            }
            case ProbeMessage.DialResponse.DIAL_BACK_ERROR -> {
                // It could dial, and perhaps only did not hear that the nonce had come.
                boolean proved = await(request, Duration.ZERO);
                yield result(request, proved ? ProbeResult.Kind.REACHED : ProbeResult.Kind.REFUSED);
            }
            case ProbeMessage.DialResponse.DIAL_ERROR -> {
                boolean proved = await(request, Duration.ZERO);
                yield result(request, proved ? ProbeResult.Kind.UNPROVEN : ProbeResult.Kind.FAILED);
            }
            default -> new ProbeResult(ProbeResult.Kind.UNPROVEN, false);
        };
    }

    private ProbeResult result(Pending request, ProbeResult.Kind kind) {
        lock.lock();
        try {
            return new ProbeResult(kind, request.stranger);
        } finally {
            lock.unlock();
        }
    }

    /** Whether the nonce arrives in time. */
    private boolean await(Pending request, Duration most) throws IOException {
        Deadline until = Deadline.after(host.environment(), most);
        lock.lock();
        try {
            arrived.await(until, () -> request.proved);
            return request.proved;
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
        boolean stranger = strangers.test(connection);
        boolean fromOutside = outside.test(connection.remoteAddress());
        lock.lock();
        try {
            Pending request = pending.get(nonce);
            if (request == null || !request.isProvedBy(connection) || !fromOutside) {
                return false;
            }
            request.proved = true;
            request.stranger |= stranger;
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
