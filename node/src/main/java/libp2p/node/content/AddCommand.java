package libp2p.node.content;

import java.io.IOException;
import java.util.List;
import libp2p.ipld.Node;
import libp2p.node.control.ControlClient;
import libp2p.node.control.ControlHandler;
import libp2p.node.control.MultipartBody;
import libp2p.node.control.Query;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code p2p add}. */
@Command(
        name = "add",
        description = "Adds files and directories, and pins them. Equal options give the CIDs that Kubo gives;"
                + " those of the layout are shown by --help-all.",
        mixinStandardHelpOptions = true)
public final class AddCommand extends StoreCommand {
    @Parameters(paramLabel = "PATH", arity = "1..*", description = "Files and directories; - for the standard input.")
    private List<String> paths = List.of();

    @Option(
            names = {"-r", "--recursive"},
            description = "Directories with all that is in them.")
    private boolean recursive;

    @Option(
            names = {"-q", "--quiet"},
            description = "Only the CIDs.")
    private boolean quiet;

    @Option(
            names = {"-Q", "--quieter"},
            description = "Only the CID of the last root.")
    private boolean quieter;

    @Option(
            names = {"-H", "--hidden"},
            description = "Names that begin with a dot too.")
    private boolean hidden;

    @Option(
            names = {"-w", "--wrap-with-directory"},
            description = "Put the paths into a directory.")
    private boolean wrap;

    @Option(names = "--preserve-mode", description = "Tell permissions.")
    private boolean mode;

    @Option(names = "--preserve-mtime", description = "Tell the times of the last change.")
    private boolean mtime;

    @Option(
            names = {"-n", "--only-hash"},
            description = "Only say the CIDs.")
    private boolean onlyHash;

    @Option(
            names = "--pin",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Pin the roots; the default.")
    private boolean pin = true;

    @Mixin
    private LayoutOptions layout = new LayoutOptions();

    @Mixin
    private ProgressOption progress = new ProgressOption();

    private @Nullable String last;

    @Override
    boolean needsStore() {
        return !onlyHash;
    }

    @Override
    boolean acknowledges() {
        return !onlyHash;
    }

    private Query options(boolean shown) {
        Query query = query().option("pin", pin).option("progress", shown);
        return layout.addTo(query)
                .option("wrap-with-directory", wrap)
                .option("only-hash", onlyHash)
                .option("preserve-mode", mode)
                .option("preserve-mtime", mtime);
    }

    @Override
    void run(ControlClient node) throws IOException {
        boolean shown = progress.isShown(isJson());
        try (MultipartBody body = upload(new LocalFiles(paths, recursive, hidden, mode, mtime));
                Progress line = progress(shown, onlyHash ? "hashing" : "adding")) {
            node.lines(ControlHandler.KUBO + "add", options(shown), body, object -> {
                if (text(object, "Hash").isEmpty()) {
                    line.reach(number(object, "Bytes"));
                } else {
                    line.close(); // an event begins its own line
                    told(object);
                }
            });
        }
        if (quieter && last != null) {
            System.out.println(last);
        }
        System.out.flush();
    }

    private void told(Node.Mapping object) {
        String cid = text(object, "Hash");
        last = cid;
        if (quieter) {
            return;
        }
        if (quiet) {
            System.out.println(cid);
            return;
        }
        String name = text(object, "Name");
        event("added", "added " + cid + " " + name, "cid", cid, "bytes", number(object, "FileBytes"), "path", name);
    }
}
