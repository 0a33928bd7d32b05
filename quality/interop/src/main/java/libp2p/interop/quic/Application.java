package libp2p.interop.quic;

import java.io.IOException;
import libp2p.quic.connection.Connection;

/**
 * The application on a connection, asked whenever something may have changed on it. Called by the thread of the loop.
 */
interface Application {
    void turn(Connection connection) throws IOException;
}
