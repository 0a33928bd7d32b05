package libp2p.benchmarks;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One running program and the events it prints. Used by one thread; {@link #close} ends the process. */
final class Peer implements AutoCloseable {
    /**
     * No command that dials takes so long, unless it hangs; it is ended then, so that one cell is lost and not the run.
     */
    private static final long LONGEST_SECONDS = 600;

    private final Process process;
    private final BufferedReader output;
    private final String what;

    private Peer(Process process, String what) {
        this.process = process;
        this.what = what;
        this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Starts a command that ends by itself, or is ended when it hangs. */
    static Peer start(Implementation implementation, List<String> arguments) throws IOException {
        Peer peer = startLasting(implementation, arguments);
        CompletableFuture.delayedExecutor(LONGEST_SECONDS, TimeUnit.SECONDS).execute(peer.process::destroyForcibly);
        return peer;
    }

    /** Starts a command that lasts until it is closed. */
    static Peer startLasting(Implementation implementation, List<String> arguments) throws IOException {
        List<String> line = implementation.commandLine(arguments);
        ProcessBuilder builder = new ProcessBuilder(line)
                .redirectError(Redirect.appendTo(new File("quality/benchmarks/build/peers.log")));
        builder.environment().putAll(implementation.environment());
        return new Peer(builder.start(), String.join(" ", line));
    }

    /** Starts a listener on loopback; returns when it listens. */
    static Peer listen(Implementation implementation, Stack stack, List<String> more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("listen", "--listen", stack.listen()));
        arguments.addAll(stack.options());
        arguments.addAll(more);
        return startLasting(implementation, arguments);
    }

    /** The next event of that kind; others are passed over. */
    Event await(String kind) throws IOException {
        Event event = next(kind);
        if (event == null) {
            throw new IOException("ended without an event '" + kind + "': " + what);
        }
        return event;
    }

    /** The next event of that kind, or null at the end of the output. */
    @Nullable
    Event next(String kind) throws IOException {
        String line;
        while ((line = output.readLine()) != null) {
            Event event = new Event(line);
            if (event.kind().equals(kind)) {
                return event;
            }
        }
        return null;
    }

    /** Reads what is left of the output and waits for the end. */
    void finish() throws IOException, InterruptedException {
        while (output.readLine() != null) {}
        if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException("failed: " + what);
        }
    }

    /** Reads the output away on a thread of its own, so that a chatty listener never blocks. */
    Peer drained() {
        Thread.ofVirtual().start(() -> {
            try {
                while (output.readLine() != null) {}
            } catch (IOException e) {
                // the process has ended
            }
        });
        return this;
    }

    /** CPU seconds the process has used so far, user and system. */
    double cpuSeconds() throws IOException {
        return Processes.cpuSeconds(process.pid());
    }

    /** Resident bytes. */
    long residentBytes() throws IOException {
        return Processes.residentBytes(process.pid());
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
