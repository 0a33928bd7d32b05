package libp2p.simulator;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.TcpChannel;
import libp2p.core.environment.TcpListener;

/** Two hosts and a connection between them. */
record TwoHosts(Simulation simulation, SimulatedEnvironment alice, SimulatedEnvironment bob) {
    interface Body {
        void run(TwoHosts hosts) throws Exception;
    }

    record Connected(TcpChannel client, TcpChannel server) {}

    static final InetSocketAddress SERVER = new InetSocketAddress("10.0.0.2", 4001);

    /** Under one seed, without turns that take time: for what is measured. */
    static Trace exactly(Body body) {
        return Simulation.of(1).schedule(Schedule.UNIFORM).run(simulation -> body.run(in(simulation)));
    }

    /** Under many seeds. */
    static void underSeeds(int count, Body body) {
        Seeds.run(count, seed -> Simulation.run(seed, simulation -> body.run(in(simulation))));
    }

    private static TwoHosts in(Simulation simulation) {
        return new TwoHosts(
                simulation,
                simulation.host("alice", "10.0.0.1", "fd00::1"),
                simulation.host("bob", "10.0.0.2", "fd00::2"));
    }

    SimulatedNetwork network() {
        return simulation.network();
    }

    Link link() {
        return network().link(alice, bob);
    }

    TcpListener listen(int backlog) throws IOException {
        return bob.network().listenTcp(SERVER, backlog, false);
    }

    TcpChannel connect() throws IOException {
        return alice.network().connectTcp(null, SERVER, Deadline.NONE);
    }

    Connected connected() throws IOException {
        try (TcpListener listener = listen(1)) {
            TcpChannel client = connect();
            return new Connected(client, listener.accept());
        }
    }

    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Reads to the end of the stream. */
    static String readAll(TcpChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(100_000);
        while (channel.read(buffer) >= 0) {
            if (!buffer.hasRemaining()) {
                throw new IOException("too much");
            }
        }
        return new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
    }

    /** Reads exactly so many bytes. */
    static String read(TcpChannel channel, int size) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(size);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new IOException("ended after " + buffer.position());
            }
        }
        return new String(buffer.array(), StandardCharsets.UTF_8);
    }
}
