package libp2p.node.content;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import libp2p.node.control.ControlClient;
import libp2p.node.control.ControlHandler;
import libp2p.node.control.MultipartBody;
import libp2p.node.control.Query;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code p2p block}. */
@Command(
        name = "block",
        description = "Single blocks.",
        mixinStandardHelpOptions = true,
        subcommands = {BlockCommand.Put.class, BlockCommand.Get.class, BlockCommand.Stat.class, BlockCommand.Rm.class})
public final class BlockCommand {
    /** {@code p2p block put}. */
    @Command(name = "put", description = "Stores blocks.", mixinStandardHelpOptions = true)
    static final class Put extends StoreCommand {
        @Parameters(paramLabel = "FILE", arity = "0..*", description = "Files; the standard input without, or for -.")
        private List<String> files = List.of("-");

        @Option(
                names = {"--cid-codec", "--codec"},
                defaultValue = "raw",
                description = "Default: ${DEFAULT-VALUE}.")
        private String codec = "raw";

        @Option(
                names = {"--mhtype", "--hash"},
                defaultValue = "sha2-256",
                description = "Default: ${DEFAULT-VALUE}.")
        private String hash = "sha2-256";

        @Option(names = "--pin", description = "Pin them.")
        private boolean pin;

        @Option(names = "--allow-big-block", description = "More than 2 MiB, which peers do not take.")
        private boolean big;

        @Override
        boolean acknowledges() {
            return true;
        }

        @Override
        void run(ControlClient node) throws IOException {
            Query query = query().option("cid-codec", codec)
                    .option("mhtype", hash)
                    .option("pin", pin)
                    .option("allow-big-block", big);
            try (MultipartBody body = upload(LocalFiles.of(files))) {
                node.lines(ControlHandler.KUBO + "block/put", query, body, block -> {
                    String cid = text(block, "Key");
                    event("block", cid, "cid", cid, "bytes", number(block, "Size"));
                });
            }
        }
    }

    /** {@code p2p block get}. */
    @Command(name = "get", description = "Writes a block to the standard output.", mixinStandardHelpOptions = true)
    static final class Get extends FetchingCommand {
        @Parameters(paramLabel = "CID")
        private String cid = "";

        @Override
        void run(ControlClient node) throws IOException {
            node.bytes(ControlHandler.KUBO + "block/get", peersQuery().argument(cid), bytes());
            System.out.flush();
        }
    }

    /** {@code p2p block stat}. */
    @Command(name = "stat", description = "Says how large a block is.", mixinStandardHelpOptions = true)
    static final class Stat extends FetchingCommand {
        @Parameters(paramLabel = "CID")
        private String cid = "";

        @Override
        void run(ControlClient node) throws IOException {
            var block =
                    node.ask(ControlHandler.KUBO + "block/stat", peersQuery().argument(cid));
            String key = text(block, "Key");
            long size = number(block, "Size");
            event("block", key + " " + size + " bytes", "cid", key, "bytes", size);
        }
    }

    /** {@code p2p block rm}. */
    @Command(name = "rm", description = "Removes blocks that no pin keeps.", mixinStandardHelpOptions = true)
    static final class Rm extends StoreCommand {
        @Parameters(paramLabel = "CID", arity = "1..*")
        private List<String> cids = List.of();

        @Option(names = "--pinned", description = "Also blocks that pins keep, which are not whole then.")
        private boolean pinned;

        @Override
        boolean acknowledges() {
            return true;
        }

        @Override
        void run(ControlClient node) throws IOException {
            List<String> kept = new ArrayList<>();
            Query query = query().arguments(cids).option("pinned", pinned);
            node.lines(ControlHandler.KUBO + "block/rm", query, line -> {
                String cid = text(line, "Hash");
                String error = text(line, "Error");
                if (error.isEmpty()) {
                    event("removed", "removed " + cid, "cid", cid);
                } else {
                    kept.add(cid + ": " + error);
                }
            });
            if (!kept.isEmpty()) {
                throw new IOException("not removed: " + String.join("; ", kept));
            }
        }
    }
}
