package libp2p.benchmarks;

import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A Chromium with one page, whose script is {@code raw.js} of {@code quality/interop/peers/page}: a client of WebTransport
 * without js-libp2p. Used by one thread; {@link #close} ends the browser.
 */
final class Chromium implements AutoCloseable {
    private static final String DOCUMENT =
            "<!doctype html><link rel=\"icon\" href=\"data:,\"><script src=\"raw.js\"></script>";

    private final HttpServer site;
    private final Process process;
    private final BufferedReader answers;
    private final Writer commands;

    private Chromium(HttpServer site, Process process) {
        this.site = site;
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.commands = process.outputWriter(StandardCharsets.UTF_8);
    }

    /** Starts the browser; returns when the page is loaded. */
    static Chromium start() throws IOException {
        Path script = Processes.peer("page").toRealPath().resolveSibling("page/dist/raw.js");
        HttpServer site = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        serve(site, "/", "text/html", DOCUMENT.getBytes(StandardCharsets.UTF_8));
        serve(site, "/raw.js", "text/javascript", Files.readAllBytes(script));
        site.start();
        Process process = new ProcessBuilder(Processes.peer("browsers").toString(), "pages", "chromium")
                .redirectError(Redirect.appendTo(new File("quality/benchmarks/build/peers.log")))
                .start();
        Chromium chromium = new Chromium(site, process);
        try {
            chromium.ask("{\"do\":\"open\",\"url\":\"http://localhost:%d/\"}"
                    .formatted(site.getAddress().getPort()));
            return chromium;
        } catch (IOException | RuntimeException e) {
            chromium.close();
            throw e;
        }
    }

    private static void serve(HttpServer site, String path, String type, byte[] body) {
        site.createContext(path, exchange -> {
            try (exchange) {
                exchange.getResponseHeaders().set("Content-Type", type);
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
        });
    }

    /** Calls a function of the page and waits for what it promises; texts hold nothing that JSON escapes. */
    Event call(String name, Object... arguments) throws IOException {
        StringBuilder with = new StringBuilder();
        for (Object argument : arguments) {
            with.append(with.isEmpty() ? "" : ",")
                    .append(argument instanceof String text ? '"' + text + '"' : argument.toString());
        }
        return ask("{\"do\":\"call\",\"page\":0,\"name\":\"%s\",\"with\":[%s]}".formatted(name, with));
    }

    private Event ask(String command) throws IOException {
        commands.write(command + "\n");
        commands.flush();
        String answer = answers.readLine();
        if (answer == null || answer.startsWith("{\"error\"")) {
            throw new IOException(command + ": " + answer);
        }
        return new Event(answer);
    }

    @Override
    public void close() {
        site.stop(0);
        try {
            commands.close(); // at the end of its input the program ends the browser
        } catch (IOException e) {
            // it has ended
        }
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
