package libp2p.node;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import libp2p.HostBuilder;
import libp2p.core.environment.Deadline;
import libp2p.core.event.HostEvent.Connectedness;
import libp2p.core.event.HostEvent.ConnectednessChanged;
import libp2p.core.event.Subscription;
import libp2p.core.host.Host;
import libp2p.protocols.echo.Echo;
import libp2p.protocols.perf.Perf;
import org.jspecify.annotations.Nullable;

/** A host that serves until the process is told to end. */
final class Server {
    private final HostOptions options;
    private final List<String> listen;
    private final @Nullable InetSocketAddress metrics;
    private final Output output;

    Server(HostOptions options, List<String> listen) {
        this(options, listen, null);
    }

    /** @param metrics where metrics are served, or null */
    Server(HostOptions options, List<String> listen, @Nullable InetSocketAddress metrics) {
        this.options = options;
        this.listen = listen;
        this.metrics = metrics;
        this.output = options.output();
    }

    int run() throws Exception {
        HostBuilder builder = options.host()
                .listen(listen.toArray(String[]::new))
                .service(new Echo())
                .service(new Perf());
        MetricsServer server = metrics == null ? null : MetricsServer.install(builder, metrics);
        Host host = builder.start();
        CountDownLatch ended = new CountDownLatch(1);
        Thread hook = new Thread(
                () -> {
                    host.close();
                    ended.countDown();
                    Runtime.getRuntime().halt(Exit.DONE); // otherwise the exit code tells of the signal
                },
                "shutdown");
        Subscription<ConnectednessChanged> events = host.events().subscribe(ConnectednessChanged.class);
        Runtime.getRuntime().addShutdownHook(hook);
        announce(host);
        if (server != null) {
            output.event("metrics", "metrics at " + server.url(), "url", server.url());
        }
        ConnectednessChanged event;
        while ((event = events.take(Deadline.NONE)) != null) {
            boolean gone = event.connectedness() == Connectedness.NOT_CONNECTED;
            String name = gone ? "disconnected" : "connected";
            output.event(name, name + " " + event.peer(), "peer", event.peer());
        }
        ended.await();
        return Exit.DONE;
    }

    private void announce(Host host) {
        List<String> addresses = host.addresses().stream()
                .map(address -> address.withPeer(host.peerId().toBytes()).toString())
                .toList();
        StringBuilder human = new StringBuilder("peer " + host.peerId());
        addresses.forEach(address -> human.append("\nlistening on ").append(address));
        output.event("listening", human.toString(), "peer", host.peerId(), "addrs", addresses);
    }
}
