package libp2p.interop;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * Takes one TCP connection and hands its bytes on from a port that is known beforehand, so that we know exactly what
 * the listener must observe, and how long the connection lived.
 */
final class Forwarder implements AutoCloseable {
    private static final int WAIT_MILLIS = 120_000; // longer than a cell may take: a browser is slow to start

    private final ServerSocket entry;
    private final Socket exit = new Socket();
    private final ConcurrentLinkedQueue<Socket> inside = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<Duration> lifetime = new CompletableFuture<>();

    /** @param port where the listener listens on 127.0.0.1 */
    Forwarder(int port) throws IOException {
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        entry = new ServerSocket(0, 1, loopback);
        entry.setSoTimeout(WAIT_MILLIS);
        exit.bind(new InetSocketAddress(loopback, 0));
        Thread.ofVirtual().name("forwarder").start(() -> run(loopback, port));
    }

    /** Port to dial instead. */
    int entryPort() {
        return entry.getLocalPort();
    }

    /** The port from which the listener is reached. */
    int exitPort() {
        return exit.getLocalPort();
    }

    /** Lifetime of the connection, for a dialer that has ended; zero if it did not come about. */
    Duration lifetime() {
        if (inside.isEmpty()) {
            return Duration.ZERO;
        }
        return lifetime.completeOnTimeout(Duration.ZERO, 5, TimeUnit.SECONDS).join();
    }

    private void run(InetAddress loopback, int port) {
        try (Socket in = entry.accept()) {
            inside.add(in);
            in.setTcpNoDelay(true);
            exit.setTcpNoDelay(true);
            exit.connect(new InetSocketAddress(loopback, port), WAIT_MILLIS);
            long start = System.nanoTime();
            Thread.ofVirtual().name("forwarder-back").start(() -> copy(exit, in, start));
            copy(in, exit, start);
            lifetime.join();
        } catch (IOException e) {
            close(); // no connection came, or it was over before
        }
    }

    /** Both ways end with the first: so long the two peers had something to do with each other. */
    private void copy(Socket from, Socket to, long start) {
        try (InputStream input = from.getInputStream();
                OutputStream output = to.getOutputStream()) {
            input.transferTo(output);
        } catch (IOException e) {
            // The side that is left sees the end, as without us.
        }
        lifetime.complete(Duration.ofNanos(System.nanoTime() - start));
    }

    @Override
    public void close() {
        closeQuietly(entry);
        closeQuietly(exit);
        inside.forEach(Forwarder::closeQuietly);
    }

    private static void closeQuietly(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception e) {
            // closed is closed
        }
    }
}
