package libp2p;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.Arrays;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.testing.InitialPacket;

/** The first datagrams of our own QUIC dialer. */
final class CapturedInitial {
    private CapturedInitial() {}

    static InitialPacket take() throws Exception {
        try (Host dialer = Libp2p.host().start();
                Host absent = Libp2p.host().start();
                DatagramSocket trap = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            String address = "/ip4/127.0.0.1/udp/" + trap.getLocalPort() + "/quic-v1/p2p/" + absent.peerId();
            Thread dialing = Thread.ofVirtual().start(() -> {
                try {
                    dialer.connect(PeerAddress.parse(address));
                } catch (IOException noAnswer) {
                    // as meant
                }
            });
            DatagramPacket first = new DatagramPacket(new byte[2000], 2000);
            trap.receive(first);
            dialing.interrupt();
            dialing.join();
            return InitialPacket.open(Arrays.copyOf(first.getData(), first.getLength()));
        }
    }
}
