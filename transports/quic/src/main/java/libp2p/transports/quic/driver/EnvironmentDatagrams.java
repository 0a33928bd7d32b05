package libp2p.transports.quic.driver;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import libp2p.core.environment.Environment;
import libp2p.core.environment.UdpSocket;
import libp2p.quic.connection.SendBatch;

/** A socket of the environment, read by a virtual thread: so the whole of QUIC runs in the simulator. */
final class EnvironmentDatagrams implements DatagramIo {
    private static final int DATAGRAM = 2048;
    private static final int BATCH = 2 << 10;

    private final Environment environment;
    private final UdpSocket socket;

    EnvironmentDatagrams(Environment environment, InetSocketAddress local) throws IOException {
        this.environment = environment;
        this.socket = environment.network().bindUdp(local);
    }

    @Override
    public InetSocketAddress localAddress() {
        return socket.localAddress();
    }

    @Override
    public void start(Sink sink) {
        environment.start("quic-socket", () -> read(sink));
    }

    private void read(Sink sink) {
        ByteBuffer buffer = ByteBuffer.allocate(DATAGRAM);
        try {
            while (true) {
                buffer.clear();
                InetSocketAddress from = socket.receive(buffer);
                sink.datagram(buffer, 0, buffer.position(), from, 0);
                sink.turnOver();
            }
        } catch (IOException closed) {
            // the port is closed, which ends its connections
        }
    }

    @Override
    public SendBatch newBatch() {
        return new SendBatch(ByteBuffer.allocate(BATCH), 1);
    }

    @Override
    public void send(SendBatch batch) {
        send(batch.buffer().duplicate().clear().limit(batch.length()), batch.remote());
    }

    @Override
    public void send(ByteBuffer datagram, InetSocketAddress to) {
        try {
            socket.send(datagram, to);
        } catch (IOException lost) {
            // as any datagram may be
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
