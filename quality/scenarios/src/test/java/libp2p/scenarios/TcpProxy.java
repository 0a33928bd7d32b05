package libp2p.scenarios;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.TcpChannel;
import libp2p.core.environment.TcpListener;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.testkit.World;

/** Forwards TCP connections to a host, and cuts each of them when it has brought so many bytes back. */
final class TcpProxy implements AutoCloseable {
    static final int PORT = 4001;

    private final World world;
    private final SimulatedEnvironment machine;
    private final InetSocketAddress target;
    private final long quota;
    private final TcpListener listener;
    private final List<TcpChannel> open = new ArrayList<>();
    private final List<Duration> accepted = new ArrayList<>();
    private final List<Duration> cuts = new ArrayList<>();

    TcpProxy(World world, SimulatedEnvironment machine, InetSocketAddress target, long quota) throws IOException {
        this.world = world;
        this.machine = machine;
        this.target = target;
        this.quota = quota;
        this.listener = machine.network().listenTcp(new InetSocketAddress(ip(), PORT), 10, false);
        world.spawn("proxy " + machine, this::acceptAll);
    }

    /** As a multiaddr. */
    String address() {
        return "/ip4/" + ip() + "/tcp/" + PORT;
    }

    private String ip() {
        return machine.addresses().getFirst().getHostAddress();
    }

    /** When connections came. */
    List<Duration> accepted() {
        return accepted;
    }

    /** When connections were cut because of their bytes. */
    List<Duration> cuts() {
        return cuts;
    }

    private void acceptAll() {
        while (true) {
            try {
                TcpChannel near = listener.accept();
                accepted.add(world.simulation().elapsed());
                TcpChannel far = machine.network().connectTcp(null, target, Deadline.NONE);
                open.addAll(List.of(near, far));
                world.spawn("forward", () -> forward(near, far, Long.MAX_VALUE));
                world.spawn("back", () -> forward(far, near, quota));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void forward(TcpChannel from, TcpChannel to, long most) {
        ByteBuffer buffer = ByteBuffer.allocate(10_000);
        long left = most;
        try {
            while (left > 0 && from.read(buffer.clear().limit((int) Math.min(buffer.capacity(), left))) >= 0) {
                left -= buffer.position();
                to.write(buffer.flip());
            }
            if (left == 0) {
                cuts.add(world.simulation().elapsed());
            }
            to.shutdownOutput(); // a reset could overtake what was brought
        } catch (IOException cut) {
            to.close();
        }
        from.close();
    }

    /** Cuts the connections that are there; others may come. */
    void cutAll() {
        List.copyOf(open).forEach(TcpChannel::close);
        open.clear();
    }

    /** Cuts the connections and refuses others from now on. */
    @Override
    public void close() {
        listener.close();
        cutAll();
    }
}
