package libp2p.testkit.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.SynchronousQueue;
import libp2p.core.connection.Connection;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.host.PeerAddress;
import libp2p.core.resource.ScopeUsage;
import libp2p.protocols.echo.Echo;
import libp2p.swarm.Swarm;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Two whole hosts over the transport under test; nothing of them is left when the pair is closed. */
final class TransportPair implements AutoCloseable {
    private static final String PROTOCOL = "/case/1.0.0";

    final TransportUnderTest transport;
    final Swarm server;
    final Swarm client;
    final PeerAddress address;
    private final SynchronousQueue<Stream> arrived = new SynchronousQueue<>();

    TransportPair(TransportUnderTest transport) throws IOException {
        this.transport = transport;
        server = (Swarm)
                transport.host().listen(transport.listen()).with(new Echo()).start();
        client = (Swarm) transport.host().start();
        address = PeerAddress.of(server.peerId(), server.addresses());
        server.handle(PROTOCOL, stream -> {
            stream.detach();
            arrived.put(stream);
        });
    }

    /** Both ends of a stream that the client opened. */
    record Ends(Stream near, Stream far) {}

    /** Opens a stream and carries one byte over it, so that its negotiation is done. */
    Ends stream() throws Exception {
        Stream near = client.open(address, PROTOCOL);
        near.write(new byte[] {42});
        Stream far = arrived.take();
        assertThat(far.input().read()).isEqualTo(42);
        return new Ends(near, far);
    }

    /** A deadline that has passed. */
    Deadline past() {
        return new Deadline(client.environment().nanoTime());
    }

    Connection connection() throws IOException {
        return client.connect(address);
    }

    /** The server's end of the only connection. */
    Connection far() throws Exception {
        return stream().far().connection();
    }

    static <T> FutureTask<T> async(Callable<T> call) {
        FutureTask<T> task = new FutureTask<>(call);
        Thread.ofVirtual().start(task);
        return task;
    }

    static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    /** Bytes written at one near end arrive at the other; in between they are handed on, sometimes one by one. */
    static void goOn(byte[] sent, Ends first, Ends second) throws Exception {
        SplittableRandom random = new SplittableRandom(3);
        FutureTask<Void> writer = async(() -> {
            int at = 0;
            while (at < sent.length) {
                int step = Math.min(sent.length - at, 1 + random.nextInt(random.nextInt(4) == 0 ? 200_000 : 100));
                first.near().write(sent, at, step);
                at += step;
            }
            first.near().closeWrite();
            return null;
        });
        FutureTask<Integer> between = async(() -> {
            SplittableRandom most = new SplittableRandom(9);
            int moved = 0;
            while (true) {
                int bound = most.nextInt(8) == 0 ? 1 : Integer.MAX_VALUE;
                int count = first.far().transferTo(second.far(), bound);
                if (count < 0) {
                    second.far().closeWrite();
                    return moved;
                }
                assertThat(count).isBetween(1, bound);
                moved += count;
            }
        });
        assertThat(second.near().input().readAllBytes()).isEqualTo(sent);
        assertThat(between.get()).isEqualTo(sent.length);
        writer.get();
    }

    static void closeAndCheck(Swarm host) {
        host.close();
        assertThat(host.threads()).as("threads of a closed host").isZero();
        assertThat(host.resourceManager().system().usage())
                .as("what a closed host holds")
                .isEqualTo(ScopeUsage.EMPTY);
    }

    @Override
    public void close() {
        closeAndCheck(client);
        closeAndCheck(server);
    }

    /** The call fails with exactly this class, each time with another exception. */
    static <T extends Throwable> void fails(Class<T> type, ThrowingCallable call) {
        Throwable first = catchThrowable(call);
        Throwable second = catchThrowable(call);
        assertThat(first).isExactlyInstanceOf(type);
        assertThat(second).isExactlyInstanceOf(type).isNotSameAs(first);
    }
}
