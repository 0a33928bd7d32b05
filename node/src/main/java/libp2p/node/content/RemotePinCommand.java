package libp2p.node.content;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import libp2p.core.environment.Deadline;
import libp2p.exchange.pinning.PinRequest;
import libp2p.exchange.pinning.PinStatus;
import libp2p.exchange.pinning.PinningClient;
import libp2p.exchange.pinning.PinningLimits;
import libp2p.multiformats.Cid;
import libp2p.multiformats.multiaddr.Multiaddr;
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

        PinningClient client(ContentContext context) throws IOException {
            String text = Files.readString(context.folder().resolve(token)).strip();
            return new PinningClient(context.caller(url, false, false), text, PinningLimits.DEFAULT);
        }

        static Deadline deadline(ContentContext context) {
            return Deadline.after(context.environment(), ANSWER);
        }
    }

    /** The common part of the commands. */
    abstract static class Asking extends ContentCommand {
        @Mixin
        private Service service = new Service();

        abstract void ask(ContentContext context, PinningClient client) throws IOException;

        @Override
        final void run(ContentContext context) throws IOException {
            try (PinningClient client = service.client(context)) {
                ask(context, client);
            }
        }

        final void told(ContentContext context, PinStatus status) {
            PinRequest request = status.request();
            event(
                    context.out(),
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

        @Override
        void ask(ContentContext context, PinningClient client) throws IOException {
            List<Multiaddr> known = origins.isEmpty() && ContentContext.CURRENT.isBound()
                    ? context.hosting().open().fullAddresses()
                    : origins.stream().map(Multiaddr::parse).toList();
            PinRequest request = new PinRequest(Cid.parse(cid), name, known, Map.of());
            told(context, client.add(request, Service.deadline(context)));
        }
    }

    /** {@code p2p pin remote ls}. */
    @Command(name = "ls", description = "Lists the requests in every state.", mixinStandardHelpOptions = true)
    static final class Ls extends Asking {
        @Override
        void ask(ContentContext context, PinningClient client) throws IOException {
            client.list(EnumSet.allOf(PinStatus.State.class), Service.deadline(context))
                    .forEach(status -> told(context, status));
        }
    }

    /** {@code p2p pin remote rm}. */
    @Command(name = "rm", description = "Removes requests.", mixinStandardHelpOptions = true)
    static final class Rm extends Asking {
        @Parameters(paramLabel = "ID", arity = "1..*")
        private List<String> ids = List.of();

        @Override
        void ask(ContentContext context, PinningClient client) throws IOException {
            for (String id : ids) {
                client.remove(id, Service.deadline(context));
                event(context.out(), "removed", "removed " + id, "id", id);
            }
        }
    }
}
