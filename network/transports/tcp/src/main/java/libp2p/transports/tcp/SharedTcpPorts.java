package libp2p.transports.tcp;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TcpListener;

/**
 * The listening TCP ports of one host. Transports that are given the same ports may listen on one address with
 * different {@link Traffic}. Thread-safe.
 */
public final class SharedTcpPorts {
    private final ReentrantLock lock = new ReentrantLock();
    private final List<SharedTcpPort> open = new ArrayList<>();

    /**
     * Listens, on a port that is open already if one has this address and does not serve this traffic yet.
     *
     * @param local port 0 always opens a new port
     * @throws java.net.BindException if the address is in use
     */
    public PortShare listen(
            Environment environment, InetSocketAddress local, TcpTransport.Options options, PortService service)
            throws IOException {
        lock.lock(); // held while binding, so that two transports do not race for one port
        try {
            for (SharedTcpPort port : open) {
                if (local.getPort() != 0 && port.socketAddress().equals(local) && port.add(service)) {
                    return new PortShare(port, service);
                }
            }
            TcpListener socket = environment.network().listenTcp(local, options.backlog(), options.reusePort());
            SharedTcpPort port = new SharedTcpPort(environment, socket, options.limits(), this);
            port.add(service);
            open.add(port);
            port.start();
            return new PortShare(port, service);
        } finally {
            lock.unlock();
        }
    }

    void closed(SharedTcpPort port) {
        lock.lock();
        try {
            open.remove(port);
        } finally {
            lock.unlock();
        }
    }
}
