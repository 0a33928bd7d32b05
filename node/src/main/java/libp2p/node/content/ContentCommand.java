package libp2p.node.content;

import java.io.Console;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import libp2p.HostBuilder;
import libp2p.Limits;
import libp2p.bitswap.Bitswap;
import libp2p.blocks.BlockStoreLimits;
import libp2p.core.environment.Environment;
import libp2p.core.host.Host;
import libp2p.denylist.Denylists;
import libp2p.graphsync.GraphSync;
import libp2p.ipfs.Repository;
import libp2p.ipld.Node;
import libp2p.node.control.ControlClient;
import libp2p.node.control.ControlHandler;
import libp2p.node.control.MultipartBody;
import libp2p.node.control.Query;
import libp2p.node.host.DataFolder;
import libp2p.node.host.HeapKeeper;
import libp2p.node.host.Output;
import libp2p.system.SystemEnvironment;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * A command on the content of a data directory. When a node runs on the directory, the node does it; else this process
 * does the same with the store, and starts a host only when peers are needed.
 */
abstract sealed class ContentCommand implements Callable<Integer> permits StoreCommand, FetchingCommand {
    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--memory",
            description =
                    "Keep nothing and take nothing from a data directory; default: that of --data, else $P2P_DATA, else"
                            + " p2p in $XDG_DATA_HOME or ~/.local/share.")
    private boolean memory;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            description = "End after 30s, 5m or 1h; default: when it is done, or the client leaves.")
    private @Nullable String timeout;

    /** Whether the command says that something is kept, or is gone, when it ends. */
    boolean acknowledges() {
        return false;
    }

    /** Whether the command has use for a store at all. */
    boolean needsStore() {
        return true;
    }

    /** Does it. */
    abstract void run(ControlClient node) throws Exception;

    /** The data directory that was named, or null. */
    abstract @Nullable Path data();

    /** Whether events are printed as JSON, for programs. */
    abstract boolean isJson();

    /** The limits of this process. */
    abstract Limits limits();

    /**
     * The host of this process, where no node runs.
     *
     * @throws IOException also if the command has none
     */
    abstract HostBuilder host() throws IOException;

    /** Whether that host has peers to begin with. */
    abstract boolean hasPeers();

    /** The denylists of this process, where no node runs. */
    abstract Denylists denylists(Environment environment, Limits limits) throws IOException;

    /** Refuses options that hold for a host of this process: a node that runs has its own. */
    abstract void refuseOptionsOfHosts(Path data);

    /** Prints an event to the standard output, as JSON if that was asked for. */
    final void event(String name, String human, Object... fields) {
        new Output(isJson(), System.out).event(name, human, fields);
    }

    /** A query to begin with. */
    final Query query() {
        return timeout == null ? new Query() : new Query().option("timeout", timeout);
    }

    /** Whether a person reads the output. */
    static boolean isTerminal() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    /** Files as the body of a request. */
    static MultipartBody upload(LocalFiles files) {
        return new MultipartBody(SystemEnvironment.shared(), files);
    }

    /** This command, when it is run. */
    final CommandSpec spec() {
        return Objects.requireNonNull(spec);
    }

    /** A line of progress on the standard error. */
    final Progress progress(boolean shown, String what) {
        PrintWriter err = spec().commandLine().getErr();
        return new Progress(SystemEnvironment.shared(), err, shown, what);
    }

    /**
     * The standard output for bytes that may be many: a write fails once no process reads them any more, so that nothing
     * is fetched in vain.
     */
    static OutputStream bytes() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] from, int offset, int length) throws IOException {
                System.out.write(from, offset, length);
                if (System.out.checkError()) {
                    throw new IOException("no process reads the output any more");
                }
            }
        };
    }

    /** A text of an answer; empty if it is not there. */
    static String text(Node.Mapping object, String name) {
        return object.get(name) instanceof Node.Text text ? text.value() : "";
    }

    /** A number of an answer; 0 if it is not there. */
    static long number(Node.Mapping object, String name) {
        return object.get(name) instanceof Node.Int number ? number.value().longValue() : 0;
    }

    private @Nullable Path place() {
        Path named = data();
        if (memory && named != null) {
            throw new IllegalArgumentException("--memory and --data exclude each other");
        }
        if (memory && acknowledges()) {
            throw new IllegalArgumentException("with --memory nothing is kept: leave it out");
        }
        return named != null || memory || !needsStore() ? named : DataFolder.ofUser();
    }

    @Override
    public final Integer call() throws Exception {
        Path data = place();
        Environment environment = SystemEnvironment.shared();
        Optional<ControlClient> running = data == null ? Optional.empty() : ControlClient.running(environment, data);
        if (running.isPresent() && data != null) {
            refuseOptionsOfHosts(data);
            run(running.get());
        } else {
            alone(environment, data);
        }
        return 0;
    }

    private void alone(Environment environment, @Nullable Path data) throws Exception {
        Limits limits = limits();
        try (HeapKeeper heap = new HeapKeeper(environment);
                Repository store = data == null
                        ? Repository.temporary(environment, limits.of(BlockStoreLimits.class))
                        : ContentAccess.open(environment, data, limits);
                Denylists denylists = denylists(environment, limits)) {
            Host[] started = new Host[1];
            ContentAccess access = new ContentAccess(
                    environment,
                    limits,
                    store,
                    store.blocks(),
                    () -> host(store, data, started),
                    roots -> false,
                    hasPeers() ? ContentAccess.Peers.BOOTSTRAP : ContentAccess.Peers.NAMED,
                    denylists);
            try {
                run(ControlClient.here(
                        environment,
                        new ControlHandler(ContentOperations.of(access, data == null ? "" : data.toString()))));
            } finally {
                if (started[0] != null) {
                    started[0].close();
                }
            }
        }
    }

    private Host host(Repository store, @Nullable Path data, Host[] started) throws IOException {
        if (started[0] == null) {
            HostBuilder builder = host();
            started[0] = (data == null ? builder : builder.dataDirectory(data))
                    .with(Bitswap.over(store.blocks()))
                    .with(GraphSync.over(store.blocks()))
                    .start();
        }
        return started[0];
    }
}
