package libp2p.node.content;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import libp2p.core.environment.Deadline;
import libp2p.delegated.pinning.PinRequest;
import libp2p.delegated.pinning.PinStatus;
import libp2p.delegated.pinning.PinningClient;
import libp2p.delegated.pinning.PinningLimits;
import libp2p.http.client.JdkHttpClient;
import libp2p.multiformats.Cid;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.node.control.NodeControl;
import libp2p.node.control.RemoteControl;
import libp2p.node.host.HostCommand;
import libp2p.system.SystemEnvironment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code p2p pin remote}. */
@Command(
        name = "remote",
        description = "Pins at a pinning service (its API: /pins), such as a node with --pinning-token.",
        mixinStandardHelpOptions = true,
        subcommands = {RemotePinCommand.Add.class, RemotePinCommand.Ls.class, RemotePinCommand.Rm.class})
final class RemotePinCommand {
    private static final Duration ANSWER = Duration.ofSeconds(30);

    private RemotePinCommand() {}

    /** The service. */
    static final class Service {
        @Option(names = "--service", required = true, paramLabel = "URL", description = "Its endpoint, without /pins.")
        private URI url = URI.create("");

        @Option(names = "--token", required = true, paramLabel = "FILE", description = "A file with its token.")
        private Path token = Path.of("");

        PinningClient client(PinningLimits limits) throws IOException {
            String text = Files.readString(token).strip();
            return new PinningClient(new JdkHttpClient(SystemEnvironment.shared(), url, null), text, limits);
        }

        static Deadline deadline() {
            return Deadline.after(SystemEnvironment.shared(), ANSWER);
        }
    }

    /** The common part of the commands. */
    abstract static class Asking extends HostCommand implements Callable<Integer> {
        @Mixin
        private Service service = new Service();

        abstract void ask(PinningClient client) throws IOException;

        @Override
        public final Integer call() throws IOException {
            try (PinningClient client = service.client(limits().of(PinningLimits.class))) {
                ask(client);
            }
            return 0;
        }

        final void told(PinStatus status) {
            PinRequest request = status.request();
            event(
                    System.out,
                    "remote_pin",
                    status.id() + " " + status.state().word() + " " + request.cid()
                            + (request.name().isEmpty() ? "" : " " + request.name())
                            + (status.details().isEmpty() ? "" : ": " + status.details()),
                    "id",
                    status.id(),
                    "status",
                    status.state().word(),
                    "cid",
                    request.cid(),
                    "name",
                    request.name(),
                    "details",
                    status.details());
        }
    }

    /** {@code p2p pin remote add}. */
    @Command(
            name = "add",
            description =
                    "Has a root pinned. The service is told where this node is (--origin, or the node of --data).",
            mixinStandardHelpOptions = true)
    static final class Add extends Asking {
        @Parameters(paramLabel = "CID")
        private String cid = "";

        @Option(names = "--name", description = "A name for people.", defaultValue = "")
        private String name = "";

        @Option(
                names = "--origin",
                paramLabel = "MULTIADDR",
                description = "A peer that has it, with /p2p/ID; repeatable.")
        private List<String> origins = List.of();

        private List<String> ofNode() throws IOException {
            useDefaultData();
            Path data = data();
            Optional<NodeControl> node =
                    data == null ? Optional.empty() : RemoteControl.of(SystemEnvironment.shared(), data);
            return node.isPresent() ? node.get().id().addresses() : List.of();
        }

        @Override
        void ask(PinningClient client) throws IOException {
            List<String> told = origins.isEmpty() ? ofNode() : origins;
            List<Multiaddr> known = told.stream().map(Multiaddr::parse).toList();
            PinRequest request = new PinRequest(Cid.parse(cid), name, known, Map.of());
            told(client.add(request, Service.deadline()));
        }
    }

    /** {@code p2p pin remote ls}. */
    @Command(name = "ls", description = "Lists the requests in every state.", mixinStandardHelpOptions = true)
    static final class Ls extends Asking {
        @Override
        void ask(PinningClient client) throws IOException {
            client.list(EnumSet.allOf(PinStatus.State.class), Service.deadline())
                    .forEach(status -> told(status));
        }
    }

    /** {@code p2p pin remote rm}. */
    @Command(name = "rm", description = "Removes requests.", mixinStandardHelpOptions = true)
    static final class Rm extends Asking {
        @Parameters(paramLabel = "ID", arity = "1..*")
        private List<String> ids = List.of();

        @Override
        void ask(PinningClient client) throws IOException {
            for (String id : ids) {
                client.remove(id, Service.deadline());
                event(System.out, "removed", "removed " + id, "id", id);
            }
        }
    }
}
