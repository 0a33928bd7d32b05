package libp2p.node.control;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.http.HttpLimits;
import org.jspecify.annotations.Nullable;

/**
 * Serves the control of a host on the socket of its data directory. A node that cannot offer it says so in the log and
 * runs without.
 */
public final class ControlService implements HostService {
    private static final System.Logger LOG = System.getLogger(ControlService.class.getName());

    private final Path socket;
    private final Function<Host, Map<String, Operation>> more;
    private final UnixHttpServer.Accept accept;
    private volatile @Nullable UnixHttpServer server;

    /**
     * The service of a node, with the commands on its host alone.
     *
     * @param data the data directory of the host: the process that has it open is the only one to remove the socket of
     *     an earlier one
     */
    public ControlService(Path data) {
        this(data, host -> Map.of());
    }

    /**
     * The service of a node.
     *
     * @param data the data directory of the host, as above
     * @param more commands by their paths, made when the host starts
     */
    public ControlService(Path data, Function<Host, Map<String, Operation>> more) {
        this(data, more, ServerSocketChannel::accept);
    }

    ControlService(Path data, Function<Host, Map<String, Operation>> more, UnixHttpServer.Accept accept) {
        socket = socket(data);
        this.more = more;
        this.accept = accept;
    }

    /** The socket at which the node of a data directory is asked. */
    public static Path socket(Path data) {
        return data.resolve("control").resolve("socket");
    }

    @Override
    public void start(Host host) {
        Map<String, Operation> operations = new HashMap<>(new HostOperations(new HostControl(host)).byPath());
        operations.putAll(more.apply(host));
        try {
            server = UnixHttpServer.start(
                    host.environment(),
                    socket,
                    new ControlHandler(operations),
                    host.limits(HttpLimits.DEFAULT),
                    accept);
        } catch (IOException | UnsupportedOperationException e) {
            LOG.log(Level.WARNING, () -> "no command will reach this node: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        UnixHttpServer open = server;
        if (open != null) {
            open.close();
        }
    }
}
