package libp2p.node.content;

import java.io.IOException;
import java.util.List;
import libp2p.ipld.Node;
import libp2p.node.control.ControlClient;
import libp2p.node.control.ControlHandler;
import libp2p.node.control.Query;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code p2p pin}. */
@Command(
        name = "pin",
        description = "The content that garbage collection keeps.",
        mixinStandardHelpOptions = true,
        subcommands = {PinCommand.Add.class, PinCommand.Ls.class, PinCommand.Rm.class, RemotePinCommand.class})
public final class PinCommand {
    private static List<String> texts(Node.Mapping object, String name) {
        return object.get(name) instanceof Node.Sequence list
                ? list.items().stream()
                        .filter(Node.Text.class::isInstance)
                        .map(item -> ((Node.Text) item).value())
                        .toList()
                : List.of();
    }

    /** {@code p2p pin add}. */
    @Command(name = "add", description = "Pins roots, fetching what is not here.", mixinStandardHelpOptions = true)
    static final class Add extends FetchingCommand {
        @Parameters(
                paramLabel = "PATH",
                arity = "1..*",
                description = "CID[/PATH], /ipfs/CID[/PATH] or /ipns/NAME[/PATH].")
        private List<String> paths = List.of();

        @Option(names = "--direct", description = "The block alone, and not what is below it.")
        private boolean direct;

        @Override
        boolean acknowledges() {
            return true;
        }

        @Override
        void run(ControlClient node) throws IOException {
            for (String path : paths) { // so that each is told when it is pinned
                Query query = peersQuery().argument(path).option("recursive", !direct);
                for (String cid : texts(node.ask(ControlHandler.KUBO + "pin/add", query), "Pins")) {
                    event("pinned", "pinned " + cid, "cid", cid, "type", direct ? "direct" : "recursive");
                }
            }
        }
    }

    /** {@code p2p pin ls}. */
    @Command(name = "ls", description = "Lists the pins.", mixinStandardHelpOptions = true)
    static final class Ls extends StoreCommand {
        @Parameters(paramLabel = "CID", arity = "0..*", description = "These alone; it fails if one is not pinned.")
        private List<String> cids = List.of();

        @Option(
                names = {"-t", "--type"},
                defaultValue = "all",
                description = "all, direct or recursive; default: ${DEFAULT-VALUE}.")
        private String type = "all";

        @Option(
                names = {"-q", "--quiet"},
                description = "Only the CIDs.")
        private boolean quiet;

        @Override
        void run(ControlClient node) throws IOException {
            Query query = query().arguments(cids).option("type", type).option("stream", true);
            node.lines(ControlHandler.KUBO + "pin/ls", query, pin -> {
                String cid = text(pin, "Cid");
                String kind = text(pin, "Type");
                if (quiet) {
                    System.out.println(cid);
                    return;
                }
                event("pin", cid + " " + kind, "cid", cid, "type", kind, "owners", texts(pin, "Owners"));
            });
            System.out.flush();
        }
    }

    /** {@code p2p pin rm}. */
    @Command(name = "rm", description = "Removes pins: all of them, or none.", mixinStandardHelpOptions = true)
    static final class Rm extends StoreCommand {
        @Parameters(paramLabel = "CID", arity = "1..*")
        private List<String> cids = List.of();

        @Override
        boolean acknowledges() {
            return true;
        }

        @Override
        void run(ControlClient node) throws IOException {
            Node.Mapping answer = node.ask(ControlHandler.KUBO + "pin/rm", query().arguments(cids));
            for (String cid : texts(answer, "Pins")) {
                List<String> others = answer.get("Kept") instanceof Node.Mapping kept ? texts(kept, cid) : List.of();
                event(
                        "unpinned",
                        "unpinned " + cid + (others.isEmpty() ? "" : "; it stays for " + String.join(", ", others)),
                        "cid",
                        cid);
            }
        }
    }
}
