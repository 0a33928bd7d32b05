import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import libp2p.Libp2p;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.metrics.HostMetrics;
import libp2p.metrics.MetricsLimits;
import libp2p.protocols.ping.Ping;

/** The metrics of a host in a registry of the program. */
void main() throws Exception {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    HostMetrics metrics = new HostMetrics(registry, MetricsLimits.DEFAULT);
    try (Host host = Libp2p.host()
                    .listen("/ip4/127.0.0.1/tcp/0")
                    .observer(metrics)
                    .start();
            Host visitor = Libp2p.host().start()) {
        metrics.watch(host);
        Ping.once(visitor, PeerAddress.of(host.fullAddresses().getFirst()));
        metrics.refresh(); // before each reading: takes over what the resource manager says now
        System.out.println(registry.get("libp2p.rcmgr.used").meters().size() > 0 ? "resources are shown" : "nothing");
        System.out.println("open connections: "
                + (int) registry.get("libp2p.swarm.connections").gauge().value());
    }
}
