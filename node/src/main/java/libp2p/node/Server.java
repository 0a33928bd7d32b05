package libp2p.node;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import libp2p.DefaultAddresses;
import libp2p.HostBuilder;
import libp2p.core.environment.Deadline;
import libp2p.core.event.HostEvent.Connectedness;
import libp2p.core.event.HostEvent.ConnectednessChanged;
import libp2p.core.event.Subscription;
import libp2p.core.host.Host;
import libp2p.node.content.ContentServer;
import libp2p.node.nat.ConnectionPrinter;
import libp2p.protocols.echo.Echo;
import libp2p.protocols.perf.Perf;
import org.jspecify.annotations.Nullable;

/** A host that serves until the process is told to end. */
final class Server {
    private final HostOptions options;
    private static final int DEFAULT_PORT = 4001;

    private final List<String> listen;
    private final @Nullable InetSocketAddress metrics;
    private final Output output;

    /** @param listen where to listen; the defaults if empty */
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
        HostBuilder builder = options.host().service(new Echo()).service(new Perf());
        List<String> without = List.of();
        if (listen.isEmpty()) {
            DefaultAddresses defaults = DefaultAddresses.onPort(DEFAULT_PORT);
            builder.listen(defaults);
            without = defaults.without();
        } else {
            builder.listen(listen.toArray(String[]::new));
        }
        if (options.data != null) {
            builder.service(new ControlServer(options.data));
            ContentServer.install(
                    builder,
                    options.data,
                    options.gateway,
                    url -> output.event("gateway", "gateway at " + url, "url", url));
        }
        if (options.gateway != null && options.data == null) {
            throw new IllegalArgumentException("--gateway-port needs --data: it serves what is there");
        }
        if (options.nat.isUsed()) {
            builder.service(new ConnectionPrinter(output::event));
        }
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
        announce(output, host, without);
        options.nat.follow(host, output::event);
        options.pubsub.follow(host, output::event);
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

    /** @param without what the default addresses leave out, each with the reason */
    static void announce(Output output, Host host, List<String> without) {
        List<String> addresses = host.addresses().stream()
                .map(address -> address.withPeer(host.peerId().toBytes()).toString())
                .toList();
        StringBuilder human = new StringBuilder("peer " + host.peerId());
        addresses.forEach(address -> human.append("\nlistening on ").append(address));
        if (without.isEmpty()) {
            output.event("listening", human.toString(), "peer", host.peerId(), "addrs", addresses);
        } else {
            without.forEach(what -> human.append("\nnot listening on ").append(what));
            output.event("listening", human.toString(), "peer", host.peerId(), "addrs", addresses, "without", without);
        }
    }
}
