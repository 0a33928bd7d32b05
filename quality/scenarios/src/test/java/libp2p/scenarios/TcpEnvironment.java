package libp2p.scenarios;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.ForwardingEnvironment;
import libp2p.core.environment.Network;
import libp2p.core.environment.TcpChannel;
import libp2p.core.environment.TcpListener;
import libp2p.core.environment.UdpSocket;
import org.jspecify.annotations.Nullable;

/** Another environment, of which a test changes how TCP connections are made. */
class TcpEnvironment extends ForwardingEnvironment {
    TcpEnvironment(Environment inner) {
        super(inner);
    }

    /** Makes a connection; the default does what the inner environment does. */
    TcpChannel connect(@Nullable InetSocketAddress local, InetSocketAddress remote, Deadline deadline)
            throws IOException {
        return environment.network().connectTcp(local, remote, deadline);
    }

    /** Takes a connection that was accepted; the default hands it on. */
    TcpChannel accepted(TcpChannel channel) {
        return channel;
    }

    @Override
    public Network network() {
        Network network = environment.network();
        return new Network() {
            @Override
            public TcpChannel connectTcp(@Nullable InetSocketAddress local, InetSocketAddress remote, Deadline deadline)
                    throws IOException {
                return connect(local, remote, deadline);
            }

            @Override
            public TcpListener listenTcp(InetSocketAddress local, int backlog, boolean reusePort) throws IOException {
                return new Accepting(network.listenTcp(local, backlog, reusePort));
            }

            @Override
            public UdpSocket bindUdp(InetSocketAddress local) throws IOException {
                return network.bindUdp(local);
            }

            @Override
            public List<InetAddress> resolve(String host, Deadline deadline) throws IOException {
                return network.resolve(host, deadline);
            }

            @Override
            public List<String> resolveText(String name, Deadline deadline) throws IOException {
                return network.resolveText(name, deadline);
            }

            @Override
            public List<InetAddress> interfaceAddresses() throws IOException {
                return network.interfaceAddresses();
            }
        };
    }

    private final class Accepting implements TcpListener {
        private final TcpListener listener;

        Accepting(TcpListener listener) {
            this.listener = listener;
        }

        @Override
        public TcpChannel accept() throws IOException {
            return accepted(listener.accept());
        }

        @Override
        public InetSocketAddress localAddress() {
            return listener.localAddress();
        }

        @Override
        public void close() {
            listener.close();
        }
    }
}
