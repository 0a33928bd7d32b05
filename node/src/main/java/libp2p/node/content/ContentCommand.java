package libp2p.node.content;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import libp2p.blocks.BlockStoreLimits;
import libp2p.core.environment.Environment;
import libp2p.core.environment.system.SystemEnvironment;
import libp2p.core.host.Host;
import libp2p.exchange.bitswap.Bitswap;
import libp2p.exchange.graphsync.GraphSync;
import libp2p.ipfs.Repository;
import libp2p.node.host.FilePages;
import libp2p.node.host.HeapKeeper;
import libp2p.node.host.HostCommand;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * A command on the content of a data directory. When a node runs on the directory, the node does it; else this process
 * opens the store, and starts a host only when peers are needed.
 */
abstract class ContentCommand extends HostCommand implements Callable<Integer> {
    @Spec
    @Nullable
    CommandSpec spec;

    @Option(
            names = "--progress",
            negatable = true,
            description = "Show on the standard error how far it is; the default on a terminal, without --json.")
    @Nullable
    private Boolean shown;

    /** A line of progress, as far as it is wanted. */
    final Progress progress(ContentContext context, String what) {
        PrintWriter err = Objects.requireNonNull(spec).commandLine().getErr();
        return new Progress(context.environment(), err, Boolean.TRUE.equals(shown), what);
    }

    /** Does it. */
    abstract void run(ContentContext context) throws Exception;

    @Override
    public final Integer call() throws Exception {
        if (ContentContext.CURRENT.isBound()) {
            run(ContentContext.CURRENT.get());
            return 0;
        }
        boolean asked = shown != null;
        if (!asked) {
            shown = !isJson() && CommandForwarder.isTerminal();
        }
        Path data = data();
        Path folder = Path.of("").toAbsolutePath();
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
        if (data != null && spec != null) {
            // Command lines that CommandForwarder leaves to the parser come here: those with "--", or with files of
            // words.
            List<String> words =
                    new ArrayList<>(spec.root().commandLine().getParseResult().originalArgs());
            if (!asked && Boolean.TRUE.equals(shown) && !words.contains("--")) {
                words.add("--progress"); // the node cannot know
            }
            OptionalInt done = ContentClient.ask(data, folder, words, out, System.err);
            if (done.isPresent()) {
                return done.getAsInt();
            }
        }
        alone(data, folder, out);
        return 0;
    }

    private void alone(@Nullable Path data, Path folder, PrintStream out) throws Exception {
        Environment environment = SystemEnvironment.shared();
        try (HeapKeeper heap = new HeapKeeper(environment);
                FilePages pages = new FilePages(environment);
                Repository store = data == null
                        ? Repository.temporary(environment, BlockStoreLimits.DEFAULT)
                        : Repository.open(environment, data.resolve("content"), BlockStoreLimits.DEFAULT)) {
            Host[] started = new Host[1];
            try {
                run(new ContentContext(
                        environment,
                        store,
                        store.blocks(),
                        () -> host(store, started).find(Bitswap.class).orElseThrow(),
                        () -> host(store, started),
                        roots -> false,
                        folder,
                        System.in,
                        out));
                out.flush();
            } finally {
                if (started[0] != null) {
                    started[0].close();
                }
            }
        }
    }

    private Host host(Repository store, Host[] started) throws IOException {
        if (started[0] == null) {
            started[0] = host().with(Bitswap.over(store.blocks()))
                    .with(GraphSync.over(store.blocks()))
                    .start();
        }
        return started[0];
    }
}
