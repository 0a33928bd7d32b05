package libp2p.node;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import libp2p.core.environment.Deadline;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.discovery.rendezvous.Discovered;
import libp2p.discovery.rendezvous.RecordForm;
import libp2p.discovery.rendezvous.RendezvousClient;
import libp2p.discovery.rendezvous.RendezvousLimits;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.node.host.HostCommand;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code p2p rendezvous}. */
@Command(
        name = "rendezvous",
        description = "Registers at a rendezvous point, ends that, or asks who is registered there.",
        mixinStandardHelpOptions = true)
public final class RendezvousCommand extends HostCommand implements Callable<Integer> {
    /** The actions. */
    enum Action {
        REGISTER,
        DISCOVER,
        UNREGISTER
    }

    @Parameters(index = "0", paramLabel = "ACTION", description = "${COMPLETION-CANDIDATES}, in any case.")
    private Action action = Action.DISCOVER;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "NAMESPACE",
            description = "Under which name; discover takes all without it.")
    private @Nullable String namespace;

    @Option(names = "--at", required = true, paramLabel = "MULTIADDR", description = "The rendezvous point.")
    private String at = "";

    @Option(
            names = "--ttl",
            paramLabel = "SECONDS",
            defaultValue = "0",
            description = "For how long to register; without it the point decides.")
    private long ttl;

    @Option(
            names = "--record",
            paramLabel = "FORM",
            description =
                    "${COMPLETION-CANDIDATES}; without it, the first that the point takes: STANDARD is that of the "
                            + "specification, ROUTING_STATE that of rust-libp2p, UNSIGNED that of py-libp2p.")
    private @Nullable RecordForm form;

    @Option(
            names = "--listen",
            paramLabel = "MULTIADDR",
            description = "With register: where this host says that it is; default: a port of the loopback.")
    private List<String> listen = List.of("/ip4/127.0.0.1/tcp/0");

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "How long it may take; default: ${DEFAULT-VALUE}.")
    private int timeout = 30;

    @Override
    public Integer call() throws Exception {
        if (namespace == null && action != Action.DISCOVER) {
            throw new IllegalArgumentException(action.name().toLowerCase(Locale.ROOT) + " needs a namespace");
        }
        PeerAddress point = PeerAddress.parse(at);
        RendezvousClient client = new RendezvousClient(List.of(), RendezvousLimits.DEFAULT);
        var builder = host().service(client);
        if (action == Action.REGISTER) {
            builder.listen(listen.toArray(String[]::new));
        }
        try (Host host = builder.start()) {
            Deadline deadline = Deadline.after(host.environment(), Duration.ofSeconds(timeout));
            switch (action) {
                case REGISTER -> register(client, host, point, deadline);
                case UNREGISTER -> {
                    client.unregister(point, String.valueOf(namespace), deadline);
                    event(
                            System.out,
                            "unregistered",
                            "no longer under " + namespace,
                            "namespace",
                            String.valueOf(namespace));
                }
                case DISCOVER -> discover(client, point, deadline);
            }
        }
        return 0;
    }

    private void register(RendezvousClient client, Host host, PeerAddress point, Deadline deadline) throws Exception {
        Duration granted = client.register(point, String.valueOf(namespace), Duration.ofSeconds(ttl), form, deadline);
        event(
                System.out,
                "registered",
                host.peerId() + " under " + namespace + " for " + granted.toSeconds() + " s",
                "peer",
                host.peerId(),
                "namespace",
                String.valueOf(namespace),
                "ttl",
                granted.toSeconds(),
                "addrs",
                host.fullAddresses().stream().map(Multiaddr::toString).toList());
    }

    private void discover(RendezvousClient client, PeerAddress point, Deadline deadline) throws Exception {
        byte[] cookie = null;
        int count = 0;
        int skipped = 0;
        while (true) {
            Discovered.Page page = client.discover(point, namespace, cookie, 0, deadline);
            page.registrations().forEach(this::print);
            count += page.registrations().size();
            skipped += page.skipped();
            if (page.registrations().isEmpty()
                    || page.cookie().length == 0
                    || count >= RendezvousLimits.DEFAULT.discovered()) {
                break;
            }
            cookie = page.cookie();
        }
        event(System.out, "discovered", count + " found", "count", count, "skipped", skipped);
    }

    private void print(Discovered one) {
        List<String> addresses = one.addresses().stream()
                .map(address -> address.withPeer(one.peer().toBytes()).toString())
                .toList();
        event(
                System.out,
                "provider",
                one.peer() + " under " + one.namespace() + " " + String.join(" ", addresses),
                "peer",
                one.peer(),
                "namespace",
                one.namespace(),
                "addrs",
                addresses,
                "signed",
                one.signed(),
                "ttl",
                one.ttl().toSeconds());
    }
}
