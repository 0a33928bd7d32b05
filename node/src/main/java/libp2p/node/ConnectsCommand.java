package libp2p.node;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.core.connection.Connection;
import libp2p.core.environment.Deadline;
import libp2p.core.event.HostEvent;
import libp2p.core.event.HostEvent.PeerIdentificationFailed;
import libp2p.core.event.HostEvent.PeerIdentified;
import libp2p.core.event.Subscription;
import libp2p.core.host.DialOptions;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.node.host.Exit;
import libp2p.node.host.HostOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code p2p debug connects}: a figure for benchmarks. Each worker has a host of its own, so that no connection is shared.
 */
@Command(
        name = "connects",
        description = "Connects, identifies and disconnects, again and again.",
        mixinStandardHelpOptions = true)
final class ConnectsCommand implements Callable<Integer> {
    @Mixin
    private HostOptions options = new HostOptions();

    @Parameters(paramLabel = "MULTIADDR", description = "Address of the peer.")
    private String address = "";

    private static final Duration IDENTIFY_TIME = Duration.ofSeconds(10);

    @Option(names = "--count", defaultValue = "1000", description = "Connections in all.")
    private int count;

    @Option(names = "--parallel", defaultValue = "16", description = "Connections at a time.")
    private int parallel;

    @Option(names = "--warmup", defaultValue = "0", description = "Connections before measuring.")
    private int warmup;

    @Override
    public Integer call() throws Exception {
        PeerAddress peer = PeerAddress.parse(address);
        List<Host> hosts = new ArrayList<>();
        try {
            for (int i = 0; i < parallel; i++) {
                hosts.add(options.host().start());
            }
            if (warmup > 0) {
                all(hosts, peer, warmup);
            }
            double cpu = DialCommand.cpuSeconds();
            double seconds = all(hosts, peer, count);
            options.output()
                    .event(
                            "connects",
                            "%d connections in %.3f s".formatted(count, seconds),
                            "count",
                            count,
                            "seconds",
                            seconds,
                            "cpu_s",
                            DialCommand.cpuSeconds() - cpu);
        } finally {
            hosts.forEach(Host::close);
        }
        return Exit.DONE;
    }

    private static double all(List<Host> hosts, PeerAddress peer, int connections) throws Exception {
        long start = hosts.getFirst().environment().nanoTime();
        AtomicInteger left = new AtomicInteger(connections);
        List<FutureTask<Void>> workers = new ArrayList<>();
        for (Host host : hosts) {
            FutureTask<Void> worker = new FutureTask<>(() -> {
                while (left.getAndDecrement() > 0) {
                    one(host, peer);
                }
                return null;
            });
            workers.add(worker);
            host.environment().start("connects", worker);
        }
        for (FutureTask<Void> worker : workers) {
            worker.get();
        }
        return (hosts.getFirst().environment().nanoTime() - start) / 1e9;
    }

    private static void one(Host host, PeerAddress peer) throws Exception {
        try (Subscription<HostEvent> events = host.events().subscribe(HostEvent.class)) {
            Connection connection = host.connect(peer, DialOptions.DEFAULT.withIgnoreBackoff());
            awaitIdentified(events, connection, Deadline.after(host.environment(), IDENTIFY_TIME));
            connection.close(0, "done");
        }
    }

    private static void awaitIdentified(Subscription<HostEvent> events, Connection connection, Deadline deadline)
            throws IOException, InterruptedException {
        HostEvent event;
        while ((event = events.take(deadline)) != null) {
            if (event instanceof PeerIdentified identified
                    && identified.connection().equals(connection)) {
                return;
            }
            if (event instanceof PeerIdentificationFailed failed
                    && failed.connection().equals(connection)) {
                throw new IOException("not identified: " + failed.cause().getMessage(), failed.cause());
            }
        }
        throw new IOException("not identified within " + IDENTIFY_TIME.toSeconds() + " s on " + connection);
    }
}
