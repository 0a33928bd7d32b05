package libp2p.core.environment;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** A bound UDP socket. One thread may receive while others send. */
public interface UdpSocket extends AutoCloseable {
    /** The bound address with its real port. */
    InetSocketAddress localAddress();

    /** Waits for the next datagram and puts its bytes into the buffer; what does not fit is lost. */
    InetSocketAddress receive(ByteBuffer target) throws IOException;

    /** Sends the remaining bytes as one datagram. */
    void send(ByteBuffer source, InetSocketAddress target) throws IOException;

    /** Closes the socket; idempotent, never throws. */
    @Override
    void close();
}
