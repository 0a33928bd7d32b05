package libp2p.simulator;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import libp2p.core.environment.Deadline;
import libp2p.core.failure.DeadlineExceededException;
import org.jspecify.annotations.Nullable;

/**
 * The handshake of one TCP connection, seen from the client: SYN, repeated while it gets lost; SYN-ACK or a refusal;
 * ACK, which travels as the first segment of the client's stream. A SYN that meets a connect in the opposite direction,
 * between the same endpoints, makes one connection of both (simultaneous open), as hole punching wants it.
 */
final class Connecting extends Event {
    private static final long FIRST_RETRY_NANOS = 1_000_000_000L;
    private static final int RETRIES = 6;

    private enum Stage {
        /** The SYN is to be sent. */
        SENDING,
        SYN_ON_THE_WAY,
        SYN_ACK_ON_THE_WAY,
        REFUSAL_ON_THE_WAY,
        /** The other side's connect goes on for both. */
        LED_BY_OTHER,
        DONE
    }

    /** The answer to the SYN: the end that will be joined, and its verdict. */
    private record Answer(SimulatedEnvironment host, SimulatedTcpChannel end, Runnable joined, Runnable abandoned) {}

    private final HostNetwork network;
    private final SimulatedNetwork world;
    private final SimulatedScheduler scheduler;
    private final InetSocketAddress remote;
    private final SimulatedTcpChannel client;
    private final Thread caller = Thread.currentThread();
    private Stage stage = Stage.SENDING;
    private Addresses.@Nullable Departure departure;
    private @Nullable Path path;
    private List<Conversation> flows = List.of();
    private IOException refusal = new ConnectException("Connection refused");
    private @Nullable Answer answer;
    private int tries;
    private boolean connected;
    private @Nullable IOException failure;

    Connecting(HostNetwork network, SimulatedScheduler scheduler, InetSocketAddress local, InetSocketAddress remote) {
        this.network = network;
        this.world = network.world();
        this.scheduler = scheduler;
        this.remote = remote;
        this.client = new SimulatedTcpChannel(scheduler, network, local, remote);
    }

    boolean isBetween(InetSocketAddress local, InetSocketAddress to) {
        return client.localAddress().equals(local) && remote.equals(to);
    }

    /** Connects; blocks the calling thread. */
    SimulatedTcpChannel run(Deadline deadline) throws IOException {
        network.holdPort(client);
        fire();
        try {
            while (!connected && failure == null) {
                if (scheduler.now() >= deadline.nanos()) {
                    throw new DeadlineExceededException("connect to " + remote);
                }
                if (Thread.currentThread().isInterrupted()) {
                    throw new InterruptedIOException("connect to " + remote + " interrupted");
                }
                scheduler.park(this, deadline.nanos());
            }
            if (failure != null) {
                throw failure;
            }
            return client;
        } finally {
            if (!connected) {
                abandon();
            }
        }
    }

    private void abandon() {
        stage = Stage.DONE;
        scheduler.cancel(this);
        client.giveUp();
        dropAnswer();
    }

    private void dropAnswer() {
        if (answer != null) {
            answer.abandoned.run();
            answer = null;
        }
    }

    @Override
    void fire() {
        switch (stage) {
            case SENDING -> sendSyn();
            case SYN_ON_THE_WAY -> synArrived();
            case SYN_ACK_ON_THE_WAY -> synAckArrived();
            case REFUSAL_ON_THE_WAY -> fail(refusal);
            case LED_BY_OTHER, DONE -> throw new IllegalStateException("nothing to do");
        }
    }

    private void sendSyn() {
        Addresses.Departure leaves =
                world.addresses().departing(Transport.TCP, network.host(), client.localAddress(), remote);
        departure = leaves;
        if (leaves.towards() == null) {
            refused(world.addresses().unusedAddresses());
        } else {
            path = world.path(network.host(), leaves.towards());
            send(path, FrameKind.SYN, Stage.SYN_ON_THE_WAY);
        }
    }

    /** A router or no host answers instead of the remote. */
    private void refused(Refusal how) {
        switch (how) {
            case SILENT -> retry();
            case RESET -> refuseAfterRoundTrip(new ConnectException("Connection refused"));
            case UNREACHABLE -> refuseAfterRoundTrip(new NoRouteToHostException("No route to host"));
        }
    }

    private void refuseAfterRoundTrip(IOException why) {
        refusal = why;
        stage = Stage.REFUSAL_ON_THE_WAY;
        Path way = path;
        long oneWay = way == null ? world.defaultLatencyNanos() : way.latencyNanos;
        scheduler.schedule(this, scheduler.now() + (way == null ? 2 * oneWay : oneWay));
    }

    private void synArrived() {
        Addresses.Departure frame = departure;
        if (frame == null || path == null || path.isBlocked()) {
            retry();
            return;
        }
        switch (world.addresses().arriving(Transport.TCP, frame, remote)) {
            case Addresses.Refused refused -> refused(refused.how());
            case Addresses.Delivered delivered -> delivered(delivered, frame.source());
        }
    }

    private void delivered(Addresses.Delivered destination, InetSocketAddress seenFrom) {
        HostNetwork there = destination.host().sockets();
        Path back = world.path(destination.host(), network.host());
        flows = destination.flows();
        Connecting opposite = there.connectingBetween(destination.local(), seenFrom);
        answer = opposite == null || opposite.stage == Stage.DONE
                ? fromListener(there, destination.local(), seenFrom)
                : opposite.follow();
        if (answer == null) {
            refusal = new ConnectException("Connection refused");
            send(back, FrameKind.REFUSED, Stage.REFUSAL_ON_THE_WAY);
        } else {
            send(back, FrameKind.SYN_ACK, Stage.SYN_ACK_ON_THE_WAY);
        }
    }

    private @Nullable Answer fromListener(HostNetwork there, InetSocketAddress local, InetSocketAddress seenFrom) {
        SimulatedTcpListener listener = there.ports().listenerAt(local);
        if (listener == null || !listener.admits()) {
            return null;
        }
        SimulatedTcpChannel server = new SimulatedTcpChannel(scheduler, there, local, seenFrom);
        there.tryHoldPort(server); // no connect leaves between these ends from now on
        return new Answer(there.host(), server, () -> listener.established(server), () -> {
            there.freePort(server);
            listener.abandoned();
        });
    }

    /** Lets another connect finish the work of both; returns null if it follows one already. */
    private @Nullable Answer follow() {
        if (stage == Stage.LED_BY_OTHER) {
            return null;
        }
        scheduler.cancel(this);
        dropAnswer();
        stage = Stage.LED_BY_OTHER;
        return new Answer(network.host(), client, this::connected, this::leaderLost);
    }

    private void leaderLost() {
        if (stage != Stage.LED_BY_OTHER) {
            return;
        }
        if (client.isJoined()) {
            fail("Connection timed out");
        } else {
            retry();
        }
    }

    private void synAckArrived() {
        Answer other = answer;
        if (other == null || world.path(other.host, network.host()).isBlocked() || !other.end.canBeJoined()) {
            dropAnswer();
            retry();
            return;
        }
        answer = null;
        SimulatedTcpChannel.join(world, client, other.end, flows);
        other.end.onHandshake(other.joined, other.abandoned);
        client.sendAck();
        connected();
    }

    private void connected() {
        stage = Stage.DONE;
        connected = true;
        LockSupport.unpark(caller);
    }

    /** Sends a frame of the handshake; if it gets lost, the SYN will be repeated. */
    private void send(Path way, FrameKind kind, Stage next) {
        world.frame(way, kind, 0);
        if (way.isBlocked() || way.loses()) {
            world.lost(way, 0);
            dropAnswer();
            retry();
        } else {
            stage = next;
            scheduler.schedule(this, way.transmit(scheduler.now(), 0));
        }
    }

    private void retry() {
        if (tries == RETRIES) {
            fail("Connection timed out");
            return;
        }
        stage = Stage.SENDING;
        scheduler.schedule(this, scheduler.now() + (FIRST_RETRY_NANOS << tries++));
    }

    private void fail(String why) {
        fail(new ConnectException(why));
    }

    private void fail(IOException why) {
        stage = Stage.DONE;
        failure = why;
        LockSupport.unpark(caller);
    }
}
