package libp2p.scenarios;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.TcpChannel;
import libp2p.simulator.SimulatedEnvironment;
import org.jspecify.annotations.Nullable;

/** Remembers when a host dialed which address. */
final class DialLog extends TcpEnvironment {
    /** A connect that began. */
    record Entry(String ip, Duration at) {}

    private final List<Entry> entries = new ArrayList<>();
    private long start;

    DialLog(SimulatedEnvironment inner) {
        super(inner);
    }

    /** Forgets what was; times count from now. */
    void begin() {
        entries.clear();
        start = nanoTime();
    }

    @Override
    TcpChannel connect(@Nullable InetSocketAddress local, InetSocketAddress remote, Deadline deadline)
            throws IOException {
        entries.add(new Entry(remote.getAddress().getHostAddress(), Duration.ofNanos(nanoTime() - start)));
        return super.connect(local, remote, deadline);
    }

    List<Entry> entries() {
        return entries;
    }
}
