package libp2p.node;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.concurrent.Callable;
import libp2p.node.host.Exit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code p2p resources}: asks a node that runs with {@code --metrics-port}. */
@Command(
        name = "resources",
        description =
                "Prints what a running node uses, what it may use, and whom it refused (needs --metrics-port there).",
        mixinStandardHelpOptions = true)
final class ResourcesCommand implements Callable<Integer> {
    static final String DEFAULT_PORT = "9464";

    private static final int TIMEOUT_MILLIS = 5000;

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:" + DEFAULT_PORT,
            description = "The node's HTTP endpoint; default: ${DEFAULT-VALUE}.")
    private String url = "";

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Option(names = "--limits", description = "Print the limits that are in force there, as p2p limits does.")
    private boolean limits;

    @Override
    public Integer call() throws IOException {
        URI base = URI.create(url);
        if (!"http".equals(base.getScheme()) || base.getHost() == null) {
            throw new IllegalArgumentException("not an http URL: " + url);
        }
        if (json && limits) {
            throw new IllegalArgumentException("the limits are text: --json and --limits exclude each other");
        }
        URI wanted = base.resolve(limits ? "/limits" : json ? "/resources.json" : "/resources");
        HttpURLConnection connection = (HttpURLConnection) wanted.toURL().openConnection();
        connection.setConnectTimeout(TIMEOUT_MILLIS);
        connection.setReadTimeout(TIMEOUT_MILLIS);
        try (InputStream body = connection.getInputStream()) {
            body.transferTo(System.out);
        } catch (ConnectException | java.net.SocketTimeoutException e) {
            System.err.println("resources: no node answers at " + wanted + ": " + e.getMessage());
            return Exit.NOT_REACHED;
        } finally {
            connection.disconnect();
        }
        if (json) {
            System.out.println();
        }
        System.out.flush();
        return Exit.DONE;
    }
}
