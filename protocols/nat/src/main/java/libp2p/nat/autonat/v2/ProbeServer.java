package libp2p.nat.autonat.v2;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.concurrent.KeyedRates;
import libp2p.core.concurrent.SharedRate;
import libp2p.core.connection.Connection;
import libp2p.core.connection.DialException;
import libp2p.core.connection.DialRefusedException;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.GatedException;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.Timer;
import libp2p.core.host.DialOptions;
import libp2p.core.host.HandlerOptions;
import libp2p.core.host.Host;
import libp2p.core.host.IsolatedDialer;
import libp2p.core.host.PeerAddress;
import libp2p.core.host.Registration;
import libp2p.core.identity.PeerId;
import libp2p.core.messaging.AwaitedRequests;
import libp2p.core.protobuf.Delimited;
import libp2p.core.resource.Crowd;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;
import libp2p.multiformats.multiaddr.Subnet;
import libp2p.nat.address.Circuits;
import libp2p.nat.address.Publicness;
import org.jspecify.annotations.Nullable;

/**
 * Dials clients back at one address that they name, under another identity and from another port. Never a private
 * address, and no packet leaves towards another IP address than the client's before the client has paid with data.
 * Thread-safe.
 */
public final class ProbeServer implements AutoCloseable {
    /** Protocol id of a request. */
    public static final String PROTOCOL = "/libp2p/autonat/2/dial-request";

    /** Protocol id on the connection that is dialed back. */
    public static final String DIAL_BACK_PROTOCOL = "/libp2p/autonat/2/dial-back";

    private static final System.Logger LOG = System.getLogger(ProbeServer.class.getName());
    private static final String SERVICE = "libp2p.autonat";
    private static final int LEAST_PIECE = 100;

    /** Streams on which the request has yet to come, or which were answered: an eighth of what the service may have. */
    private static final int AWAITED = 16;

    /** The share of what is paid for with data that one machine may have. */
    private static final int MACHINES = 4;

    private final Host host;
    private final ServerLimits limits;
    private final Publicness publicness;
    private final ReentrantLock lock = new ReentrantLock();
    private final SharedRate all;
    private final KeyedRates<PeerId> perPeer;
    private final KeyedRates<Subnet> perMachine;
    private final SharedRate withData;
    private final KeyedRates<Subnet> withDataPerMachine;
    private final AwaitedRequests awaited;
    private final Map<PeerId, Integer> running = new HashMap<>();
    /** As {@link #running}, by the IP group that they come from. */
    private final Map<String, Integer> runningOf = new HashMap<>();

    private int runningInAll;
    private final Registration registration;

    /** Begins to serve. */
    public ProbeServer(Host host, ServerLimits limits, Publicness publicness) {
        this.host = host;
        this.limits = limits;
        this.publicness = publicness;
        this.all = new SharedRate(limits.perMinute(), 4 * limits.perMinute());
        this.perPeer = new KeyedRates<>(KeyedRates.Rate.perMinute(limits.perPeer()), 4 * limits.perMinute());
        this.perMachine = new KeyedRates<>(KeyedRates.Rate.perMinute(limits.perPeer()), 4 * limits.perMinute());
        this.withData = new SharedRate(limits.withData(), 4 * limits.perMinute());
        this.withDataPerMachine = new KeyedRates<>(
                KeyedRates.Rate.perMinute(Math.max(1, limits.withData() / MACHINES)), 4 * limits.perMinute());
        this.awaited = new AwaitedRequests(AWAITED, host.environment().random("nat.autonat.answered"));
        this.registration = host.handle(PROTOCOL, HandlerOptions.DEFAULT.withService(SERVICE), this::handle);
    }

    private void handle(Stream stream) throws IOException {
        PeerId peer = stream.connection().remotePeer();
        if (Circuits.isRelayed(stream.connection())) {
            stream.reset(ErrorCode.STREAM_GATED);
            return;
        }
        InetAddress from = stream.connection().remoteAddress().ip();
        Timer end = host.environment().schedule(limits.stream().toNanos(), () -> stream.reset(ErrorCode.NONE));
        ProbeMessage.DialResponse response =
                new ProbeMessage.DialResponse(ProbeMessage.DialResponse.REQUEST_REJECTED, 0, 0);
        try {
            ProbeMessage.DialRequest request = request(stream);
            if (from != null && enter(peer, from)) {
                try {
                    response = serve(stream, from, request, end);
                } finally {
                    leave(peer, from);
                }
            }
        } finally {
            end.cancel();
        }
        answer(stream, response);
        awaited.answered(stream, host.environment());
    }

    /** A stream without a request has none of the places of those that are served. */
    private ProbeMessage.DialRequest request(Stream stream) throws IOException {
        awaited.opened(stream);
        try {
            if (read(stream) instanceof ProbeMessage.DialRequest request) {
                return request;
            }
            throw new ProtocolViolationException(PROTOCOL, "another message than a request");
        } finally {
            awaited.arrived(stream);
        }
    }

    /** Ids are free, so what one peer may have is all that its machine may have. */
    private boolean enter(PeerId peer, InetAddress from) {
        long now = host.environment().nanoTime();
        String group = Crowd.groupOfIp(from);
        lock.lock();
        try {
            int present = running.getOrDefault(peer, 0);
            if (present >= limits.atOnce()
                    || !hasRoom(group)
                    || !perMachine.take(Subnet.machine(from), now)
                    || !perPeer.take(peer, now)
                    || !all.take(group, now)) {
                return false;
            }
            running.put(peer, present + 1);
            runningOf.merge(group, 1, Integer::sum);
            runningInAll++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Whether there is a place: an IP group may have as many as are free beside, as at relays. */
    private boolean hasRoom(String group) {
        int free = limits.allAtOnce() - runningInAll;
        return free > 0 && runningOf.getOrDefault(group, 0) <= free;
    }

    private void leave(PeerId peer, InetAddress from) {
        lock.lock();
        try {
            runningInAll--;
            runningOf.computeIfPresent(Crowd.groupOfIp(from), (key, count) -> count == 1 ? null : count - 1);
            running.computeIfPresent(peer, (key, count) -> count == 1 ? null : count - 1);
        } finally {
            lock.unlock();
        }
    }

    /** @param end of the time in which the client has to send all that it sends */
    private ProbeMessage.DialResponse serve(
            Stream stream, InetAddress from, ProbeMessage.DialRequest request, Timer end) throws IOException {
        int index = choose(request.addresses());
        Multiaddr address = index < 0 ? null : request.addresses().get(index);
        if (address == null) {
            return new ProbeMessage.DialResponse(ProbeMessage.DialResponse.DIAL_REFUSED, 0, 0);
        }
        if (!isOwn(address, stream.connection())) {
            if (!mayAskForData(from)) {
                return new ProbeMessage.DialResponse(ProbeMessage.DialResponse.REQUEST_REJECTED, 0, 0);
            }
            takeData(stream, index);
        }
        end.cancel();
        if (!isOwn(address, stream.connection())) {
            pause();
        }
        return dial(stream.connection().remotePeer(), address, request.nonce(), index);
    }

    /** The first address that this host can and will dial, or -1. */
    private int choose(List<@Nullable Multiaddr> addresses) {
        for (int index = 0; index < addresses.size(); index++) {
            Multiaddr address = addresses.get(index);
            if (address != null && address.ip() != null && publicness.isPublic(address) && isDialable(address)) {
                return index;
            }
        }
        return -1;
    }

    private static boolean isDialable(Multiaddr address) {
        return !Circuits.isCircuit(address)
                && address.port() > 0
                && (address.has(Protocol.TCP) || address.has(Protocol.QUIC_V1));
    }

    private static boolean isOwn(Multiaddr address, Connection connection) {
        InetAddress ip = address.ip();
        return ip != null && ip.equals(connection.remoteAddress().ip());
    }

    private boolean mayAskForData(InetAddress from) {
        long now = host.environment().nanoTime();
        lock.lock();
        try {
            return withDataPerMachine.take(Subnet.machine(from), now) && withData.take(Crowd.groupOfIp(from), now);
        } finally {
            lock.unlock();
        }
    }

    /** Takes the payment for a dial: only bytes of data count, and a client that sends them in crumbs is refused. */
    private void takeData(Stream stream, int index) throws IOException {
        int wanted = limits.leastData()
                + host.environment().random("nat.autonat.data").nextInt(limits.mostData() - limits.leastData() + 1);
        write(stream, new ProbeMessage.DialDataRequest(index, wanted));
        long left = wanted;
        while (left > 0) {
            if (!(read(stream) instanceof ProbeMessage.DialDataResponse piece)) {
                throw new ProtocolViolationException(PROTOCOL, "another message than data");
            }
            if (piece.length() < Math.min(LEAST_PIECE, left)) {
                throw new ProtocolViolationException(PROTOCOL, "a piece of data of " + piece.length() + " bytes");
            }
            left -= piece.length();
        }
    }

    private void pause() throws IOException {
        Environment environment = host.environment();
        long most = Math.max(1, limits.pause().toNanos());
        Deadline until = Deadline.afterNanos(
                environment, environment.random("nat.autonat.pause").nextLong(most));
        while (!until.passed(environment)) {
            environment.park(this, until);
            if (Thread.currentThread().isInterrupted()) {
                throw new java.io.InterruptedIOException("interrupted before dialing back");
            }
        }
    }

    private ProbeMessage.DialResponse dial(PeerId peer, Multiaddr address, long nonce, int index) {
        try (IsolatedDialer dialer = host.isolatedDialer()) {
            DialOptions options =
                    DialOptions.DEFAULT.withTimeout(limits.dial()).withReason("dialing " + peer + " back");
            Connection connection;
            try {
                connection = dialer.dial(PeerAddress.of(peer, List.of(address.withoutPeer())), options);
            } catch (DialException e) {
                boolean unwilling = e.causes().values().stream()
                        .anyMatch(cause -> cause instanceof DialRefusedException || cause instanceof GatedException);
                return unwilling
                        ? new ProbeMessage.DialResponse(ProbeMessage.DialResponse.DIAL_REFUSED, index, 0)
                        : outcome(index, ProbeMessage.DialResponse.DIAL_ERROR);
            } catch (IOException e) {
                return outcome(index, ProbeMessage.DialResponse.DIAL_ERROR);
            }
            try {
                deliver(connection, nonce);
                return outcome(index, ProbeMessage.DialResponse.DIALED);
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, () -> "the nonce did not reach " + peer + ": " + e);
                return outcome(index, ProbeMessage.DialResponse.DIAL_BACK_ERROR);
            } finally {
                connection.close(ErrorCode.NONE, "dialed back");
            }
        }
    }

    private static ProbeMessage.DialResponse outcome(int index, int dialStatus) {
        return new ProbeMessage.DialResponse(ProbeMessage.DialResponse.OK, index, dialStatus);
    }

    /** The client's answer counts as soon as its first byte arrives: some reset the stream right after it. */
    private void deliver(Connection connection, long nonce) throws IOException {
        Environment environment = host.environment();
        Stream stream = connection.open(Deadline.after(environment, limits.dialBack()), DIAL_BACK_PROTOCOL);
        Timer end = environment.schedule(limits.dialBack().toNanos(), () -> stream.reset(ErrorCode.NONE));
        try {
            stream.write(Delimited.frame(DialBackMessages.nonce(nonce)));
            stream.closeWrite();
            int first = stream.input().read();
            if (first < 0) {
                throw new ProtocolViolationException(
                        DIAL_BACK_PROTOCOL, "the client did not say that it got the nonce");
            }
        } finally {
            end.cancel();
            stream.close();
        }
    }

    private ProbeMessage read(Stream stream) throws IOException {
        return ProbeMessage.fromBytes(Delimited.read("AutoNAT v2 Message", stream.input(), ProbeMessage.MAX_BYTES));
    }

    private static void write(Stream stream, ProbeMessage message) throws IOException {
        stream.write(Delimited.frame(message.toBytes()));
    }

    private void answer(Stream stream, ProbeMessage.DialResponse response) throws IOException {
        Duration most = limits.stream();
        Timer end = host.environment().schedule(most.toNanos(), () -> stream.reset(ErrorCode.NONE));
        try {
            write(stream, response);
            stream.closeWrite();
        } finally {
            end.cancel();
        }
    }

    /** Serves no more. */
    @Override
    public void close() {
        registration.close();
    }
}
