package libp2p.node.content;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import libp2p.ipld.Node;
import libp2p.node.control.ControlClient;
import libp2p.node.control.ControlHandler;
import libp2p.node.control.Query;
import libp2p.node.host.ByteSize;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code p2p repo}. */
@Command(
        name = "repo",
        description = "The content of a data directory as a whole.",
        mixinStandardHelpOptions = true,
        subcommands = {RepoCommand.Stat.class, RepoCommand.Gc.class, RepoCommand.Verify.class})
public final class RepoCommand {
    /** {@code p2p repo stat}. */
    @Command(name = "stat", description = "Says how much is stored.", mixinStandardHelpOptions = true)
    static final class Stat extends StoreCommand {
        @Option(
                names = {"-H", "--human"},
                description = "Sizes in KiB, MiB and so on.")
        private boolean human;

        @Override
        void run(ControlClient node) throws IOException {
            Node.Mapping stat = node.ask(ControlHandler.KUBO + "repo/stat", query());
            long blocks = number(stat, "NumObjects");
            long bytes = number(stat, "RepoSize");
            String path = text(stat, "RepoPath");
            String size = human ? ByteSize.text(bytes) : bytes + " bytes";
            event(
                    "stat",
                    blocks + " blocks of " + size + " in " + path,
                    "blocks",
                    blocks,
                    "bytes",
                    bytes,
                    "path",
                    path);
        }
    }

    /** {@code p2p repo gc}. */
    @Command(
            name = "gc",
            description = "Removes the blocks that no pin keeps, while others read and write.",
            mixinStandardHelpOptions = true)
    static final class Gc extends StoreCommand {
        @Option(
                names = {"-q", "--quiet"},
                description = "Only the CIDs that were removed, each as a raw block.")
        private boolean quiet;

        @Override
        boolean acknowledges() {
            return true;
        }

        @Override
        void run(ControlClient node) throws IOException {
            node.lines(
                    ControlHandler.KUBO + "repo/gc",
                    query().option("silent", !quiet).option("summary", !quiet),
                    object -> {
                        if (object.get("Key") instanceof Node.Mapping key) {
                            System.out.println(text(key, "/"));
                        } else if (!text(object, "Broken").isEmpty()) {
                            String cid = text(object, "Broken");
                            String missing = text(object, "Missing");
                            event("broken", text(object, "Error"), "cid", cid, "missing", missing);
                        } else if (!quiet) {
                            told(object);
                        }
                    });
            System.out.flush();
        }

        private void told(Node.Mapping sum) {
            long removed = number(sum, "Removed");
            long bytes = number(sum, "RemovedBytes");
            long kept = number(sum, "Kept");
            long freed = number(sum, "Freed");
            event(
                    "collected",
                    "removed " + removed + " blocks of " + bytes + " bytes, kept " + kept + "; the disk got " + freed
                            + " bytes back",
                    "removed",
                    removed,
                    "bytes",
                    bytes,
                    "kept",
                    kept,
                    "freed",
                    freed);
        }
    }

    /** {@code p2p repo verify}. */
    @Command(
            name = "verify",
            description = "Reads every block, says which are damaged and which pins are not whole, and ends with 1 if"
                    + " anything is wrong. Removes nothing; others may read and write meanwhile.",
            mixinStandardHelpOptions = true)
    static final class Verify extends FetchingCommand {
        @Option(
                names = "--heal",
                description = "Get what pins lack from peers again, and say what is still missing; ends with 0 if all"
                        + " pins are whole then.")
        private boolean heal;

        @Option(
                names = "--accept-pins",
                description = "Take the pins that are there for all that there should be, after their file was lost or"
                        + " damaged: repo gc removes what is below none of them.")
        private boolean acceptPins;

        @Mixin
        private ProgressOption progress = new ProgressOption();

        @Override
        void run(ControlClient node) throws IOException {
            Query query = peersQuery().option("heal", heal).option("accept-pins", acceptPins);
            try (Progress line = progress(progress.isShown(isJson()), "verifying")) {
                node.lines(ControlHandler.KUBO + "repo/verify", query, object -> {
                    String event = text(object, "Event");
                    if (event.isEmpty()) {
                        line.add(number(object, "Bytes"));
                        return;
                    }
                    line.close();
                    event(event, text(object, "Msg"), fields(object));
                });
            } finally {
                System.out.flush();
            }
        }

        private static Object[] fields(Node.Mapping object) {
            List<Object> fields = new ArrayList<>();
            for (Map.Entry<String, Node> entry : object.entries().entrySet()) {
                if (!List.of("Msg", "Progress", "Event").contains(entry.getKey())) {
                    fields.add(entry.getKey());
                    fields.add(
                            entry.getValue() instanceof Node.Int number
                                    ? number.value()
                                    : text(object, entry.getKey()));
                }
            }
            return fields.toArray();
        }
    }
}
