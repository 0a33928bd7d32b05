package libp2p.autotls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpTimeoutException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import libp2p.core.environment.Environment;
import libp2p.core.environment.Timer;
import libp2p.core.failure.DeadlineExceededException;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.connector.DefaultConnection;
import org.shredzone.acme4j.connector.HttpConnector;

/**
 * One exchange with an ACME server, bounded in time and size with its body, and at the server that the owner of the host
 * has named alone: the URLs in its answers lead nowhere else. For one thread.
 */
final class AcmeConnection extends DefaultConnection {
    private final Environment environment;
    private final AutoTlsLimits limits;
    private final URI server;

    AcmeConnection(Environment environment, AutoTlsLimits limits, URI server, HttpConnector connector) {
        super(connector);
        this.environment = environment;
        this.limits = limits;
        this.server = server;
    }

    @Override
    protected void sendRequest(Session session, URL url, Consumer<HttpRequest.Builder> body) throws IOException {
        if (!isAt(server, url)) {
            throw new IOException("the ACME server leads to another one, " + url);
        }
        HttpRequest.Builder request = httpConnector
                .createRequestBuilder(url)
                .header("Accept-Charset", "utf-8")
                .header("Accept-Language", session.getLanguageHeader());
        body.accept(request);
        HttpResponse<InputStream> response = send(request.build());
        if (response.headers().firstValue("Content-Encoding").isPresent()) {
            throw new IOException("the ACME server sends an encoding that was not asked for");
        }
        lastResponse = response;
    }

    /** Whether a URL leads to a server, by scheme, name and port. */
    static boolean isAt(URI server, URL url) throws MalformedURLException {
        return url.getProtocol().equals(server.getScheme())
                && url.getHost().equalsIgnoreCase(server.getHost())
                && port(url) == port(server.toURL());
    }

    private static int port(URL url) {
        return url.getPort() < 0 ? url.getDefaultPort() : url.getPort();
    }

    private HttpResponse<InputStream> send(HttpRequest request) throws IOException {
        HttpResponse.BodyHandler<InputStream> whole =
                ignored -> BodySubscribers.mapping(BodySubscribers.ofByteArray(), ByteArrayInputStream::new);
        CompletableFuture<HttpResponse<InputStream>> answer =
                httpClient.sendAsync(request, BodyHandlers.limiting(whole, limits.answerBytes()));
        AtomicBoolean late = new AtomicBoolean();
        Timer timer = environment.schedule(limits.request().toNanos(), () -> {
            late.set(true);
            answer.cancel(true);
        });
        try {
            return answer.get();
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the ACME server is asked");
        } catch (CancellationException | ExecutionException e) {
            Throwable cause = e instanceof ExecutionException ? e.getCause() : e;
            boolean silent = cause instanceof HttpTimeoutException && !(cause instanceof HttpConnectTimeoutException);
            if (late.get() || silent) {
                throw new DeadlineExceededException("it was not whole in time");
            }
            throw new IOException(
                    cause instanceof IOException ? String.valueOf(cause.getMessage()) : String.valueOf(cause), cause);
        } finally {
            timer.cancel();
        }
    }
}
