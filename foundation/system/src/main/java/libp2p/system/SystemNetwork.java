package libp2p.system;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.LinkInterface;
import libp2p.core.environment.Network;
import libp2p.core.environment.TcpChannel;
import libp2p.core.environment.TcpListener;
import libp2p.core.environment.UdpSocket;
import org.jspecify.annotations.Nullable;

/** Channels of the JDK; names are looked up on a pool of their own, since a look-up may hang for a minute. */
final class SystemNetwork implements Network {
    private final Environment environment;
    private final EventLoops loops;
    private final OffloadPool lookups;
    private final OffloadPool textLookups;
    private final @Nullable InetSocketAddress nameServer;

    SystemNetwork(
            Environment environment,
            EventLoops loops,
            OffloadPool lookups,
            OffloadPool textLookups,
            @Nullable InetSocketAddress nameServer) {
        this.environment = environment;
        this.loops = loops;
        this.lookups = lookups;
        this.textLookups = textLookups;
        this.nameServer = nameServer;
    }

    @Override
    public TcpChannel connectTcp(@Nullable InetSocketAddress local, InetSocketAddress remote, Deadline deadline)
            throws IOException {
        return TcpConnector.connect(environment, loops, local, remote, deadline);
    }

    @Override
    public TcpListener listenTcp(InetSocketAddress local, int backlog, boolean reusePort) throws IOException {
        return SystemTcpListener.listen(loops, local, backlog, reusePort);
    }

    @Override
    public UdpSocket bindUdp(InetSocketAddress local) throws IOException {
        return SystemUdpSocket.bind(local, loops);
    }

    @Override
    public UdpSocket bindUdpForBatches(InetSocketAddress local) throws IOException {
        return SystemUdpSocket.bindForBatches(local, loops);
    }

    @Override
    public UdpSocket joinMulticast(LinkInterface link, InetSocketAddress group) throws IOException {
        return SystemUdpSocket.join(link, group, loops);
    }

    @Override
    public List<LinkInterface> interfaces() throws IOException {
        return SystemMulticast.interfaces();
    }

    @Override
    public List<InetAddress> resolve(String host, Deadline deadline) throws IOException {
        if (host.isEmpty() || host.length() > SystemLimits.NAME_LENGTH) {
            throw new UnknownHostException("a host name of " + host.length() + " characters");
        }
        InetAddress[] all = lookUp(lookups, host, () -> InetAddress.getAllByName(host), deadline);
        return List.of(Arrays.copyOf(all, Math.min(all.length, SystemLimits.RESOLVED_ADDRESSES)));
    }

    @Override
    public List<String> resolveText(String name, Deadline deadline) throws IOException {
        return lookUp(textLookups, name, () -> TextRecords.lookUp(name, nameServer), deadline);
    }

    private <T> T lookUp(OffloadPool pool, String name, Callable<T> call, Deadline deadline) throws IOException {
        try {
            return pool.call(call, deadline, environment);
        } catch (IOException | RuntimeException failure) {
            throw failure;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while looking up " + name);
        } catch (Exception failure) {
            throw new IOException("looking up " + name, failure);
        }
    }

    @Override
    public List<InetAddress> interfaceAddresses() throws IOException {
        List<InetAddress> addresses = new ArrayList<>();
        for (NetworkInterface link : NetworkInterface.networkInterfaces().toList()) {
            if (isUp(link)) {
                link.inetAddresses().forEach(addresses::add);
            }
        }
        addresses.sort(Comparator.comparing(InetAddress::getAddress, Arrays::compareUnsigned));
        return List.copyOf(addresses);
    }

    @Override
    public List<InetAddress> gateways() throws IOException {
        return RouteTable.gateways();
    }

    private static boolean isUp(NetworkInterface link) {
        try {
            return link.isUp();
        } catch (SocketException gone) {
            return false;
        }
    }
}
