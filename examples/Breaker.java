import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.Libp2p;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.swarm.breaker.CircuitBreakers;
import libp2p.swarm.breaker.CircuitOpenException;

/** Asks a peer that fails, until its circuit breaker opens. */
void main() throws Exception {
    try (Host server = Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").start();
            Host client = Libp2p.host().start()) {
        AtomicInteger asked = new AtomicInteger();
        server.handle("/quote/1.0.0", stream -> {
            asked.incrementAndGet();
            throw new IOException("no quotes today");
        });
        PeerAddress peer = PeerAddress.of(server.peerId(), server.addresses());
        CircuitBreakers breakers = new CircuitBreakers(
                client.environment(),
                CircuitBreakers.Options.DEFAULT,
                (id, from, to) -> System.out.println(id + ": " + from + " -> " + to));
        while (true) {
            try {
                System.out.println(breakers.<String, IOException>call(server.peerId(), () -> quote(client, peer)));
            } catch (CircuitOpenException open) {
                System.out.println("asked " + asked + " times, then left alone");
                return;
            } catch (IOException failure) {
                System.out.println("failed: " + failure.getMessage());
            }
        }
    }
}

static String quote(Host client, PeerAddress peer) throws IOException {
    return client.open(peer, "/quote/1.0.0", stream -> {
        stream.closeWrite();
        byte[] quote = stream.input().readNBytes(1024);
        return new String(quote, StandardCharsets.UTF_8);
    });
}
