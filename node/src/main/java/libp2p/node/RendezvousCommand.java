package libp2p.node;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import libp2p.HostBuilder;
import libp2p.core.environment.Deadline;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.discovery.rendezvous.Discovered;
import libp2p.discovery.rendezvous.RecordForm;
import libp2p.discovery.rendezvous.RendezvousClient;
import libp2p.discovery.rendezvous.RendezvousLimits;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.node.host.Exit;
import libp2p.node.host.HostCommand;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code p2p rendezvous}. */
@Command(
        name = "rendezvous",
        description = "Registers at a rendezvous point, ends that, or asks who is registered there.",
        subcommands = {
            RendezvousCommand.Register.class,
            RendezvousCommand.Discover.class,
            RendezvousCommand.Unregister.class
        },
        mixinStandardHelpOptions = true)
final class RendezvousCommand {
    private RendezvousCommand() {}

    /** The common part of the commands. */
    abstract static class AtPoint extends HostCommand implements Callable<Integer> {
        @Option(names = "--at", required = true, paramLabel = "MULTIADDR", description = "The rendezvous point.")
        private String at = "";

        @Option(
                names = "--timeout",
                paramLabel = "SECONDS",
                defaultValue = "30",
                description = "How long it may take; default: ${DEFAULT-VALUE}.")
        private int timeout = 30;

        /** Adds what the command needs. */
        void prepare(HostBuilder builder) {}

        abstract void run(RendezvousClient client, Host host, PeerAddress point, Deadline deadline) throws Exception;

        @Override
        public final Integer call() throws Exception {
            PeerAddress point = PeerAddress.parse(at);
            RendezvousClient client = new RendezvousClient(List.of(), RendezvousLimits.DEFAULT);
            HostBuilder builder = host().with(client);
            prepare(builder);
            try (Host host = builder.start()) {
                run(client, host, point, Deadline.after(host.environment(), Duration.ofSeconds(timeout)));
            }
            return Exit.DONE;
        }
    }

    @Command(name = "register", description = "Registers this host.", mixinStandardHelpOptions = true)
    static final class Register extends AtPoint {
        @Parameters(paramLabel = "NAMESPACE", description = "Under which name.")
        private String namespace = "";

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
                description = "Where this host says that it is; default: a port of the loopback.")
        private List<String> listen = List.of("/ip4/127.0.0.1/tcp/0");

        @Override
        void prepare(HostBuilder builder) {
            builder.listen(listen.toArray(String[]::new));
        }

        @Override
        void run(RendezvousClient client, Host host, PeerAddress point, Deadline deadline) throws Exception {
            Duration granted = client.register(point, namespace, Duration.ofSeconds(ttl), form, deadline);
            event(
                    System.out,
                    "registered",
                    host.peerId() + " under " + namespace + " for " + granted.toSeconds() + " s",
                    "peer",
                    host.peerId(),
                    "namespace",
                    namespace,
                    "ttl",
                    granted.toSeconds(),
                    "addrs",
                    host.fullAddresses().stream().map(Multiaddr::toString).toList());
        }
    }

    @Command(name = "unregister", description = "Ends the registration of this host.", mixinStandardHelpOptions = true)
    static final class Unregister extends AtPoint {
        @Parameters(paramLabel = "NAMESPACE", description = "Under which name.")
        private String namespace = "";

        @Override
        void run(RendezvousClient client, Host host, PeerAddress point, Deadline deadline) throws Exception {
            client.unregister(point, namespace, deadline);
            event(System.out, "unregistered", "no longer under " + namespace, "namespace", namespace);
        }
    }

    @Command(name = "discover", description = "Asks who is registered.", mixinStandardHelpOptions = true)
    static final class Discover extends AtPoint {
        @Parameters(arity = "0..1", paramLabel = "NAMESPACE", description = "Under which name; without it: under all.")
        private @Nullable String namespace;

        @Override
        void run(RendezvousClient client, Host host, PeerAddress point, Deadline deadline) throws Exception {
            RendezvousLimits limits = host.limits(RendezvousLimits.DEFAULT);
            byte[] cookie = null;
            int count = 0;
            int skipped = 0;
            while (true) {
                Discovered.Page page = client.discover(point, namespace, cookie, 0, deadline);
                page.registrations().forEach(this::print);
                count += page.registrations().size();
                skipped += page.skipped();
                if (page.registrations().isEmpty() || page.cookie().length == 0 || count >= limits.discovered()) {
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
}
