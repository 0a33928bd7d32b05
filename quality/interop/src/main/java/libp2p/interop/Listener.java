package libp2p.interop;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A peer that listens for all the cells of one kind. */
final class Listener implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(45);
    private static final Duration END = Duration.ofSeconds(20);

    /**
     * A QUIC dialer that leaves without a word is missed 30 s after the last sign that it might be there, at most 45 s.
     */
    private static final Duration SILENCE = Duration.ofSeconds(75);

    /** The options of a listener. */
    record Kind(Peer peer, Transport transport, String security, String muxer, boolean privateNetwork) {
        @Override
        public String toString() {
            return "%s listening on %s %s %s%s"
                    .formatted(peer, transport, security, muxer, privateNetwork ? " psk" : "");
        }

        String fileName() {
            return "%s-%s-%s-%s%s".formatted(peer, transport, security, muxer, privateNetwork ? "-psk" : "");
        }
    }

    private final Kind kind;
    private final PeerProcess process;
    private final CompletableFuture<Event> listening = new CompletableFuture<>();
    private int connected;
    private int disconnected;

    private Listener(Kind kind, List<String> arguments, Path log) throws IOException {
        this.kind = kind;
        process = new PeerProcess(kind.peer(), arguments, log, this::note);
    }

    /** Starts a listener and waits until it listens. */
    static Listener start(Kind kind, Keys keys, Path log) throws IOException, InterruptedException {
        List<String> arguments =
                new ArrayList<>(List.of("listen", "--listen", kind.transport().listenAddress(), "--limits", "none"));
        if (!kind.transport().securesAndMuxes()) {
            arguments.addAll(List.of("--security", kind.security(), "--muxer", kind.muxer()));
        }
        if (kind.transport().hasCertificate() && kind.peer().takesCertificate()) {
            arguments.addAll(List.of(
                    "--tls-cert",
                    keys.certificate().certificate().toString(),
                    "--tls-key",
                    keys.certificate().key().toString()));
        }
        if (kind.peer().printsOnRequest()) {
            arguments.add("--connections");
        }
        if (kind.privateNetwork()) {
            arguments.addAll(List.of("--psk", keys.shared().toString()));
        }
        Listener listener = new Listener(kind, arguments, log);
        try {
            CompletableFuture.anyOf(listener.listening, listener.process.end())
                    .get(START.toSeconds(), TimeUnit.SECONDS);
            if (listener.listening.isDone()) {
                return listener;
            }
            listener.close();
            throw new IOException(kind + " ended before it listened, see " + log);
        } catch (ExecutionException | TimeoutException e) {
            listener.close();
            throw new IOException(kind + " does not listen after " + START.toSeconds() + " s, see " + log, e);
        }
    }

    private synchronized void note(Event event) {
        switch (event.name()) {
            case "listening" -> listening.complete(event);
            case "connected" -> connected++;
            case "disconnected" -> disconnected++;
            default -> {}
        }
        notifyAll();
    }

    /** The address it told, ending in {@code /p2p/ID}. */
    String address() throws IOException {
        List<String> addresses = listening.join().list("addrs");
        if (addresses.size() != 1 || !addresses.getFirst().endsWith("/p2p/" + peerId())) {
            throw new IOException(kind + " tells the addresses " + addresses);
        }
        return addresses.getFirst();
    }

    String peerId() {
        return listening.join().text("peer");
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Ends the listener with SIGTERM and returns what was wrong with it, or nothing. */
    String end() throws InterruptedException {
        if (!process.isAlive()) {
            return "ended by itself";
        }
        boolean balanced = awaitDisconnections();
        process.terminate();
        try {
            process.awaitEnd(END);
        } catch (CheckFailedException e) {
            return "after SIGTERM: " + e.getMessage();
        }
        if (process.exitCode() != 0) {
            return "exit code " + process.exitCode() + " after SIGTERM";
        }
        if (!process.garbage().isEmpty()) {
            return process.garbage();
        }
        return balanced ? "" : "told of %d connections and %d ends".formatted(connected, disconnected);
    }

    /** The dialers have gone: every connection that it told of must end. */
    private synchronized boolean awaitDisconnections() throws InterruptedException {
        long end = System.nanoTime() + SILENCE.toNanos();
        long left;
        while (connected != disconnected && (left = end - System.nanoTime()) > 0) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return connected == disconnected;
    }

    @Override
    public void close() {
        process.close();
    }
}
