package libp2p.nat.autonat.v1;

import java.io.IOException;
import java.net.InetAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.concurrent.KeyedRates;
import libp2p.core.concurrent.SharedRate;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ErrorCode;
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
import libp2p.core.protobuf.ProtobufException;
import libp2p.core.resource.Crowd;
import libp2p.multiformats.multiaddr.Component;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Subnet;
import libp2p.nat.address.Circuits;
import libp2p.nat.address.Publicness;

/**
 * Dials clients back for AutoNAT v1: only at the IP address that they come from, under another identity and from
 * another port. A failure is told only when the time of a dial is over, so that no peer can use this host to scan
 * ports.
 */
public final class DialBackServer implements AutoCloseable {
    /** Protocol id. */
    public static final String PROTOCOL = "/libp2p/autonat/1.0.0";

    private static final String SERVICE = "libp2p.autonat";

    /** Streams on which the request has yet to come, or which were answered: an eighth of what the service may have. */
    private static final int AWAITED = 16;

    private final Host host;
    private final AutoNatV1Limits limits;
    private final Publicness publicness;
    private final ReentrantLock lock = new ReentrantLock();
    private final SharedRate all;
    private final KeyedRates<PeerId> perPeer;
    private final KeyedRates<Subnet> perMachine;
    private final AwaitedRequests awaited;
    private final Registration registration;

    /** Begins to serve. */
    public DialBackServer(Host host, AutoNatV1Limits limits, Publicness publicness) {
        this.host = host;
        this.limits = limits;
        this.publicness = publicness;
        this.all = new SharedRate(limits.perMinute(), 4 * limits.perMinute());
        this.perPeer = new KeyedRates<>(KeyedRates.Rate.perMinute(limits.perPeer()), 4 * limits.perMinute());
        this.perMachine = new KeyedRates<>(KeyedRates.Rate.perMinute(limits.perPeer()), 4 * limits.perMinute());
        this.awaited = new AwaitedRequests(AWAITED, host.environment().random("nat.autonat.awaited"));
        this.registration = host.handle(PROTOCOL, HandlerOptions.DEFAULT.withService(SERVICE), this::handle);
    }

    private void handle(Stream stream) throws IOException {
        Environment environment = host.environment();
        awaited.opened(stream);
        Timer end = environment.schedule(limits.stream().toNanos(), () -> stream.reset(ErrorCode.NONE));
        try {
            DialMessage.Response response;
            try {
                DialMessage message =
                        DialMessage.fromBytes(Delimited.read("AutoNAT Message", stream.input(), DialMessage.MAX_BYTES));
                awaited.arrived(stream);
                response = message instanceof DialMessage.Request request
                        ? serve(stream.connection(), request)
                        : new DialMessage.Response(DialMessage.Response.BAD_REQUEST, null);
            } catch (ProtobufException malformed) {
                response = new DialMessage.Response(DialMessage.Response.BAD_REQUEST, null);
            }
            stream.write(Delimited.frame(response.toBytes()));
            stream.closeWrite();
        } finally {
            end.cancel();
            awaited.arrived(stream);
        }
        awaited.answered(stream, environment);
    }

    private DialMessage.Response serve(Connection connection, DialMessage.Request request) throws IOException {
        PeerId peer = connection.remotePeer();
        if (request.peer() != null && !request.peer().equals(peer)) {
            return new DialMessage.Response(DialMessage.Response.BAD_REQUEST, null);
        }
        List<Multiaddr> addresses = addresses(connection, request.addresses());
        InetAddress from = connection.remoteAddress().ip();
        if (from == null || addresses.isEmpty() || !enter(peer, from)) {
            return new DialMessage.Response(DialMessage.Response.DIAL_REFUSED, null);
        }
        Environment environment = host.environment();
        Deadline until = Deadline.after(environment, limits.dial());
        try (IsolatedDialer dialer = host.isolatedDialer()) {
            Connection back = dialer.dial(
                    PeerAddress.of(peer, addresses),
                    DialOptions.DEFAULT.withDeadline(until).withReason("dialing " + peer + " back"));
            Multiaddr reached = back.remoteAddress();
            back.close(ErrorCode.NONE, "dialed back");
            return new DialMessage.Response(DialMessage.Response.OK, reached);
        } catch (IOException e) {
            while (!until.passed(environment)) {
                environment.park(this, until);
                if (Thread.currentThread().isInterrupted()) {
                    throw e;
                }
            }
            return new DialMessage.Response(DialMessage.Response.DIAL_ERROR, null);
        }
    }

    /**
     * The addresses that the client names, with its own IP address in place of any other; none for private clients.
     */
    private List<Multiaddr> addresses(Connection connection, List<Multiaddr> named) {
        InetAddress observed = connection.remoteAddress().ip();
        if (observed == null || Circuits.isRelayed(connection) || !publicness.isPublic(observed)) {
            return List.of();
        }
        SequencedSet<Multiaddr> addresses = new LinkedHashSet<>();
        for (Multiaddr address : named) {
            InetAddress ip = address.ip();
            boolean sameFamily = ip != null && ip.getClass() == observed.getClass();
            if (sameFamily && address.port() > 0 && !Circuits.isCircuit(address)) {
                List<Component> parts = address.withoutPeer().components();
                addresses.add(Multiaddr.ofIp(observed).encapsulate(Multiaddr.of(parts.subList(1, parts.size()))));
            }
        }
        return List.copyOf(addresses);
    }

    /** Ids are free, so what one peer may have is all that its machine may have. */
    private boolean enter(PeerId peer, InetAddress from) {
        long now = host.environment().nanoTime();
        lock.lock();
        try {
            return perMachine.take(Subnet.machine(from), now)
                    && perPeer.take(peer, now)
                    && all.take(Crowd.groupOfIp(from), now);
        } finally {
            lock.unlock();
        }
    }

    /** Serves no more. */
    @Override
    public void close() {
        registration.close();
    }
}
