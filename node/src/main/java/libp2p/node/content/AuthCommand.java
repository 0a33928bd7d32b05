package libp2p.node.content;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.http.HttpClientResponse;
import libp2p.http.HttpRequest;
import libp2p.http.auth.PeerIdAuthClient;
import libp2p.http.client.AuthenticatedHttpClient;
import libp2p.http.client.JdkHttpClient;
import libp2p.multiformats.MalformedException;
import libp2p.node.host.HostCommand;
import libp2p.system.SystemEnvironment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code p2p auth}. */
@Command(
        name = "auth",
        description = "Calls an HTTP server that asks for peer ids (http-peer-id-auth): twice, by proof and then by the"
                + " token of the first time, and says who the server is.",
        mixinStandardHelpOptions = true)
public final class AuthCommand extends HostCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int BODY = 1 << 16;

    @Parameters(paramLabel = "URL", description = "For example https://example.net/auth of a node with --gateway-auth.")
    private URI url = URI.create("");

    @Option(names = "--body", paramLabel = "TEXT", description = "The body of the request.", defaultValue = "")
    private String body = "";

    @Option(names = "--insecure", description = "Take any certificate: the server proves its peer id anyway.")
    private boolean insecure;

    @Override
    public Integer call() throws IOException {
        String authority = url.getRawAuthority();
        if (authority == null || url.getScheme() == null || !url.getScheme().matches("https?")) {
            throw new IllegalArgumentException("no URL of an HTTP server: " + MalformedException.quote(url.toString()));
        }
        Environment environment = SystemEnvironment.shared();
        String target = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        try (AuthenticatedHttpClient caller = new AuthenticatedHttpClient(
                new JdkHttpClient(
                        environment,
                        URI.create(url.getScheme() + "://" + authority),
                        insecure ? AnyCertificate.context() : null),
                new PeerIdAuthClient(identity(), environment),
                authority)) {
            for (boolean byToken : new boolean[] {false, true}) {
                try (HttpClientResponse reply = caller.send(
                        HttpRequest.of("POST", target, Map.of("Content-Type", "text/plain"))
                                .withBody(body.getBytes(StandardCharsets.UTF_8)),
                        Deadline.after(environment, PATIENCE))) {
                    String text = new String(reply.bytes("answer", BODY), StandardCharsets.UTF_8);
                    event(
                            System.out,
                            "authenticated",
                            caller.server() + (byToken ? " again" : "") + ": " + reply.status() + " " + text.strip(),
                            "peer",
                            String.valueOf(caller.server()),
                            "status",
                            reply.status(),
                            "token",
                            byToken,
                            "body",
                            text);
                }
            }
        }
        return 0;
    }
}
