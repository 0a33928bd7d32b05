package libp2p.transports.tcp;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TcpChannel;
import libp2p.core.environment.TcpListener;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.transport.Inbound;
import libp2p.core.transport.Listener;
import libp2p.core.transport.Upgrader;
import libp2p.multiformats.multiaddr.Multiaddr;

/** A listening socket with its accept thread; every accepted connection is upgraded on a thread of its own. */
final class TcpListening implements Listener {
    private static final System.Logger LOG = System.getLogger(TcpListening.class.getName());

    private final Environment environment;
    private final Upgrader upgrader;
    private final Inbound inbound;
    private final TcpListener socket;
    private final Limits limits;
    private final ListeningPorts ports;
    private final Multiaddr address;
    private volatile boolean closed;

    TcpListening(
            Environment environment,
            Upgrader upgrader,
            Inbound inbound,
            TcpListener socket,
            Limits limits,
            ListeningPorts ports) {
        this.environment = environment;
        this.upgrader = upgrader;
        this.inbound = inbound;
        this.socket = socket;
        this.limits = limits;
        this.ports = ports;
        this.address = TcpConnection.multiaddr(socket.localAddress());
    }

    void start() {
        ports.add(this);
        environment.start("listen " + address, this::acceptAll);
    }

    InetSocketAddress socketAddress() {
        return socket.localAddress();
    }

    private void acceptAll() {
        while (!closed) {
            try {
                TcpChannel channel = socket.accept();
                admit(new TcpConnection(channel, true));
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                if (!closed) {
                    LOG.log(Level.WARNING, () -> "accepting on " + address + " failed: " + e.getMessage());
                    pause();
                }
            }
        }
    }

    /** Without a rest a listener that is out of descriptors would spin. */
    private void pause() {
        Deadline until = Deadline.after(environment, limits.acceptPause());
        while (!until.passed(environment) && !closed) {
            environment.park(this, until);
        }
    }

    private void admit(TcpConnection raw) {
        ConnectionScope scope;
        try {
            scope = inbound.admit(raw.localAddress(), raw.remoteAddress(), true);
        } catch (IOException refused) {
            raw.close();
            return;
        }
        environment.start("upgrade " + raw.remoteAddress(), () -> upgrade(raw, scope));
    }

    private void upgrade(TcpConnection raw, ConnectionScope scope) {
        try {
            inbound.accept(upgrader.inbound("tcp", raw, scope));
        } catch (IOException | RuntimeException e) {
            raw.close();
            scope.close();
            inbound.failed(raw.localAddress(), raw.remoteAddress(), e);
        }
    }

    @Override
    public Multiaddr address() {
        return address;
    }

    @Override
    public void close() {
        closed = true;
        ports.remove(this);
        socket.close();
    }
}
