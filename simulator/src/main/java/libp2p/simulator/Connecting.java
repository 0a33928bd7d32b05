package libp2p.simulator;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.util.concurrent.locks.LockSupport;
import libp2p.core.connection.DeadlineExceededException;
import libp2p.core.environment.Deadline;
import org.jspecify.annotations.Nullable;

/**
 * The handshake of one TCP connection, seen from the client: SYN, repeated while it gets lost; SYN-ACK or a refusal; ACK,
 * which travels as the first segment of the client's stream.
 */
final class Connecting extends Event {
    private static final long FIRST_RETRY_NANOS = 1_000_000_000L;
    private static final int RETRIES = 6;

    private enum Stage {
        SENDING,
        AT_SERVER,
        ACCEPTED,
        REFUSED
    }

    private final HostNetwork network;
    private final SimulatedNetwork world;
    private final SimulatedScheduler scheduler;
    private final InetSocketAddress remote;
    private final @Nullable SimulatedEnvironment target;
    private final SimulatedTcpChannel client;
    private final Thread caller = Thread.currentThread();
    private Stage stage = Stage.SENDING;
    private @Nullable SimulatedTcpListener listener;
    private int tries;
    private boolean connected;
    private @Nullable IOException failure;

    Connecting(HostNetwork network, SimulatedScheduler scheduler, InetSocketAddress local, InetSocketAddress remote) {
        this.network = network;
        this.world = network.world();
        this.scheduler = scheduler;
        this.remote = remote;
        this.target = world.hostAt(remote.getAddress(), network.host());
        this.client =
                new SimulatedTcpChannel(scheduler, network, local, remote, target == null ? network.host() : target);
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
                scheduler.cancel(this);
                network.freePort(client);
                if (stage == Stage.ACCEPTED) {
                    listener.abandoned();
                }
            }
        }
    }

    @Override
    void fire() {
        switch (stage) {
            case SENDING -> sendSyn();
            case AT_SERVER -> answer();
            case ACCEPTED -> accepted();
            case REFUSED -> fail("Connection refused");
        }
    }

    private void sendSyn() {
        if (target == null) {
            retry();
            return;
        }
        Path path = world.path(network.host(), target);
        send(path, FrameKind.SYN, Stage.AT_SERVER);
    }

    private void answer() {
        SimulatedEnvironment server = target;
        if (world.path(network.host(), server).isBlocked()) {
            retry();
            return;
        }
        Path back = world.path(server, network.host());
        listener = server.sockets().ports().listenerAt(remote);
        if (listener == null || !listener.admits()) {
            send(back, FrameKind.REFUSED, Stage.REFUSED);
            return;
        }
        if (!send(back, FrameKind.SYN_ACK, Stage.ACCEPTED)) {
            listener.abandoned();
        }
    }

    private void accepted() {
        if (world.path(target, network.host()).isBlocked()) {
            listener.abandoned();
            retry();
            return;
        }
        SimulatedTcpChannel server =
                new SimulatedTcpChannel(scheduler, target.sockets(), remote, client.localAddress(), network.host());
        SimulatedTcpChannel.join(world, client, server);
        server.acceptBy(listener);
        client.sendAck();
        connected = true;
        LockSupport.unpark(caller);
    }

    /** Sends a frame of the handshake; if it gets lost, the SYN will be repeated. */
    private boolean send(Path path, FrameKind kind, Stage next) {
        world.frame(path, kind, 0);
        if (path.isBlocked() || path.loses()) {
            world.lost(path, 0);
            retry();
            return false;
        }
        stage = next;
        scheduler.schedule(this, path.transmit(scheduler.now(), 0));
        return true;
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
        failure = new ConnectException(why);
        LockSupport.unpark(caller);
    }
}
