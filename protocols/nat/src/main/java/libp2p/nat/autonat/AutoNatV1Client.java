package libp2p.nat.autonat;

import java.io.IOException;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import libp2p.core.connection.Connection;
import libp2p.core.environment.Environment;
import libp2p.core.event.HostEvent.Reachability;
import libp2p.core.host.Host;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.Direction;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.nat.address.Publicness;
import libp2p.nat.autonat.v1.Confidence;
import libp2p.nat.autonat.v1.DialBackClient;
import libp2p.nat.autonat.v1.DialBackServer;

/** Asks servers of version 1, for hosts that know none of version 2, and keeps their verdict. Thread-safe. */
final class AutoNatV1Client {
    private static final System.Logger LOG = System.getLogger(AutoNatV1Client.class.getName());

    private final Host host;
    private final Environment environment;
    private final AutoNatLimits limits;
    private final LongSupplier arrivals;
    private final Runnable answered;
    private final AutoNatServers servers;
    private final ReentrantLock lock = new ReentrantLock();
    private final Confidence confidence = new Confidence();
    private long startedAt;
    private int workers;

    /**
     * @param arrivals how many connections have come so far that show that strangers get in: this version has no
     *     nonces, so a server is not believed that claims to have dialed while none came
     * @param answered called without locks after each answer
     */
    AutoNatV1Client(Host host, AutoNatLimits limits, Publicness publicness, LongSupplier arrivals, Runnable answered) {
        this.host = host;
        this.environment = host.environment();
        this.limits = limits;
        this.arrivals = arrivals;
        this.answered = answered;
        this.servers = new AutoNatServers(host, publicness, DialBackServer.PROTOCOL);
    }

    /** Begins to wait for servers of version 2. */
    void start(long now) {
        lock.lock();
        try {
            startedAt = now;
        } finally {
            lock.unlock();
        }
    }

    /** The verdict of the servers. */
    Reachability verdict() {
        lock.lock();
        try {
            return confidence.verdict();
        } finally {
            lock.unlock();
        }
    }

    /** Asks a server, if one may be asked now; returns when the next one may. */
    long ask(List<Multiaddr> own, long now) {
        SequencedMap<PeerId, Connection> present = servers.present();
        Connection server;
        lock.lock();
        try {
            long first = startedAt + limits.v1After().toNanos();
            if (now < first) {
                return first;
            }
            List<Connection> ready = servers.ready(present, now);
            if (ready.isEmpty() || workers >= limits.workers()) {
                return servers.nextReady(now);
            }
            server = ready.getFirst();
            servers.rest(server.remotePeer(), now + limits.v1Pause().toNanos());
            workers++;
        } finally {
            lock.unlock();
        }
        List<Multiaddr> named = own.isEmpty() ? host.addresses() : own;
        environment.start("autonat v1", () -> ask(server, named));
        return now; // and look whether another one can be asked, too
    }

    private void ask(Connection server, List<Multiaddr> named) {
        DialBackClient.Answer answer = DialBackClient.Answer.REFUSED;
        long before = arrivals.getAsLong();
        try {
            answer = DialBackClient.ask(host, server, named);
            boolean arrived = arrivals.getAsLong() != before;
            boolean chosen = server.direction() == Direction.OUTBOUND; // a stranger's word proves nothing
            if (answer == DialBackClient.Answer.REACHED ? !arrived : !chosen) {
                answer = DialBackClient.Answer.REFUSED;
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, () -> server.remotePeer() + " could not be asked: " + e);
        } finally {
            lock.lock();
            try {
                workers--;
                confidence.heard(answer);
            } finally {
                lock.unlock();
            }
        }
        answered.run();
    }
}
