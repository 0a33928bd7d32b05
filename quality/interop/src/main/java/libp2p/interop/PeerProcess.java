package libp2p.interop;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A running peer. Its command line and standard error are kept in a log file, and the lines of its standard output too,
 * before they are handed on as events.
 */
final class PeerProcess implements AutoCloseable {
    private static final Duration OUTPUT = Duration.ofSeconds(5);
    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> RUNNING.forEach(PeerProcess::kill), "kill-peers"));
    }

    private final Process process;
    private final Path log;
    private final Thread reader;
    private volatile String garbage = "";

    /** @param listener gets the events, one at a time, on a thread of this process */
    PeerProcess(Peer peer, List<String> arguments, Path log, Consumer<Event> listener) throws IOException {
        this.log = log;
        List<String> command = peer.commandLine(arguments);
        Files.createDirectories(log.getParent());
        Files.writeString(
                log, "$ " + String.join(" ", command) + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(peer.environment());
        process = builder.start();
        RUNNING.add(process);
        reader = Thread.ofVirtual().name("events of " + peer).start(() -> read(listener));
    }

    private void read(Consumer<Event> listener) {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
                BufferedWriter copy = Files.newBufferedWriter(log, StandardOpenOption.APPEND)) {
            String line;
            while ((line = lines.readLine()) != null) {
                copy.write(line + "\n");
                copy.flush();
                hand(line, listener);
            }
        } catch (IOException | UncheckedIOException e) {
            garbage = "standard output: " + e.getMessage(); // also when the process was killed
        }
    }

    private void hand(String line, Consumer<Event> listener) {
        Event event;
        try {
            event = Event.parse(line);
        } catch (IllegalArgumentException e) {
            garbage = String.valueOf(e.getMessage());
            return;
        }
        listener.accept(event);
    }

    /**
     * Waits for the end of the process and of its output. Where the process does not end, its log says what its threads
     * do, if it is a Java process.
     *
     * @throws CheckFailedException saying which of the two has not ended within the time
     */
    void awaitEnd(Duration within) throws InterruptedException, CheckFailedException {
        if (!process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS)) {
            logThreads();
            throw new CheckFailedException("no end within " + within.toSeconds() + " s");
        }
        if (!reader.join(OUTPUT)) {
            throw new CheckFailedException("the process has ended with " + process.exitValue()
                    + ", but its output is still open after " + OUTPUT.toSeconds() + " s");
        }
    }

    private void logThreads() throws InterruptedException {
        Path java = Path.of(process.info().command().orElse(""));
        if (!java.endsWith("java")) {
            return;
        }
        Path threads = log.resolveSibling(log.getFileName() + ".threads");
        for (List<String> question : List.of(
                List.of("Thread.print"),
                List.of(
                        "Thread.dump_to_file",
                        "-overwrite",
                        threads.toAbsolutePath().toString()))) {
            List<String> command =
                    new ArrayList<>(List.of(java.resolveSibling("jcmd").toString(), Long.toString(process.pid())));
            command.addAll(question);
            ProcessBuilder.Redirect end = ProcessBuilder.Redirect.appendTo(log.toFile());
            try {
                Process asking = new ProcessBuilder(command)
                        .redirectOutput(end)
                        .redirectError(end)
                        .start();
                if (!asking.waitFor(OUTPUT.toMillis(), TimeUnit.MILLISECONDS)) {
                    asking.destroyForcibly();
                }
                if (Files.exists(threads)) { // of all threads, the virtual ones too
                    Files.write(log, Files.readAllBytes(threads), StandardOpenOption.APPEND);
                    Files.delete(threads);
                }
            } catch (IOException e) {
                garbage = "asking for the threads: " + e.getMessage();
            }
        }
    }

    /** Is complete when the process has ended. */
    CompletableFuture<?> end() {
        return process.onExit();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Only after the end. */
    int exitCode() {
        return process.exitValue();
    }

    /** The text on standard output that was no event, or nothing. */
    String garbage() {
        return garbage;
    }

    /** Asks the process to end (SIGTERM). */
    void terminate() {
        process.toHandle().destroy(); // Process.destroy() would also close the output that we still read
    }

    /** Ends the process and what it has started, if it is still there. */
    @Override
    public void close() {
        kill(process);
        RUNNING.remove(process);
    }

    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
