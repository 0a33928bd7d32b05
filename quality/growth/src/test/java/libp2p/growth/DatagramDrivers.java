package libp2p.growth;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.random.RandomGenerator;
import libp2p.Libp2p;
import libp2p.core.environment.LinkInterface;
import libp2p.core.environment.UdpSocket;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.Identity;
import libp2p.core.identity.PeerId;
import libp2p.core.testing.InitialPacket;
import libp2p.discovery.mdns.Mdns;
import libp2p.discovery.mdns.dns.DnsMessage;
import libp2p.discovery.mdns.dns.DnsName;
import libp2p.discovery.mdns.dns.DnsRecord;
import libp2p.growth.DatagramDriver.Datagrams;
import libp2p.growth.Scene.Victim;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.SimulatedTask;
import libp2p.transports.quic.QuicTransport;

/** Drivers of multicast DNS, and of QUIC before a connection is there. */
final class DatagramDrivers {
    private static final DnsName SERVICE = DnsName.parse("_p2p._udp.local");
    private static final InetSocketAddress GROUP = new InetSocketAddress("224.0.0.251", 5353);
    private static final int TRAP = 9_000;
    private static final int DATAGRAM = 2_000;
    private static final int ID = 8;

    private DatagramDrivers() {}

    static List<HostileDriver> all() {
        return List.of(mdns(), initials());
    }

    /** Announcements of peers that are not there, some of which say goodbye at once. */
    private static final class Announcements implements Datagrams {
        private final Scene scene;

        Announcements(Scene scene) {
            this.scene = scene;
        }

        @Override
        public byte[] make(RandomGenerator random) throws IOException {
            DnsName instance = SERVICE.child(Messages.name(random));
            PeerId peer = PeerId.fromBytes(Messages.peerId(random));
            int ttl = random.nextInt(4) == 0 ? 0 : 120;
            String address = "dnsaddr=" + Messages.address(random) + "/p2p/" + peer;
            return DnsMessage.answer(
                            List.of(new DnsRecord(SERVICE, false, ttl, new DnsRecord.Pointer(instance))),
                            List.of(new DnsRecord(instance, true, ttl, new DnsRecord.Text(List.of(address)))))
                    .encode();
        }

        @Override
        public UdpSocket socket(SimulatedEnvironment stranger) throws IOException {
            for (LinkInterface link : stranger.network().interfaces()) {
                if (link.name().equals(scene.lan().name())) {
                    return stranger.network().joinMulticast(link, GROUP);
                }
            }
            throw new IllegalStateException("no interface " + scene.lan().name());
        }

        @Override
        public InetSocketAddress target() {
            return GROUP;
        }
    }

    private static HostileDriver mdns() {
        SequencedMap<String, Object> limits = new LinkedHashMap<>();
        limits.put("mdns.instances-per-source", 1);
        limits.put("mdns.instances", 4);
        return new DatagramDriver(
                "multicast DNS",
                Set.of(Mdns.class),
                limits,
                Scene.TCP,
                host -> host.with(new Mdns()),
                Announcements::new,
                DatagramDrivers::heard);
    }

    private static long heard(Victim victim) {
        Mdns mdns = victim.host().find(Mdns.class).orElseThrow();
        return mdns.peers().size() + mdns.dropped();
    }

    /** First packets of handshakes, each for a connection of its own. */
    private static final class Initials implements Datagrams {
        private final InitialPacket packet;
        private final InetSocketAddress target;

        Initials(Scene scene) throws Exception {
            target = scene.socket();
            packet = captured(scene);
        }

        @Override
        public byte[] make(RandomGenerator random) throws Exception {
            return packet.seal(Messages.bytes(random, ID));
        }

        @Override
        public UdpSocket socket(SimulatedEnvironment stranger) throws IOException {
            InetAddress own = stranger.addresses().getFirst();
            return stranger.network().bindUdp(new InetSocketAddress(own, 0));
        }

        @Override
        public InetSocketAddress target() {
            return target;
        }

        /** The first datagrams of a host that dials a trap. */
        private static InitialPacket captured(Scene scene) throws Exception {
            SimulatedEnvironment here = scene.stranger();
            SimulatedEnvironment there = scene.stranger();
            InetAddress address = there.addresses().getFirst();
            PeerId absent = Identity.generate(there).peerId();
            try (UdpSocket trap = there.network().bindUdp(new InetSocketAddress(address, TRAP));
                    Host dialer = Libp2p.host().environment(here).start()) {
                SimulatedTask dialing = scene.simulation().spawn("dialing", () -> {
                    try {
                        dialer.connect(PeerAddress.parse(
                                "/ip4/" + address.getHostAddress() + "/udp/" + TRAP + "/quic-v1/p2p/" + absent));
                    } catch (IOException trapped) {
                        // as meant
                    }
                });
                ByteBuffer first = ByteBuffer.allocate(DATAGRAM);
                trap.receive(first);
                dialer.close();
                dialing.join();
                return InitialPacket.open(Arrays.copyOf(first.array(), first.position()));
            }
        }
    }

    private static HostileDriver initials() {
        return new DatagramDriver(
                "QUIC handshakes that are left",
                Set.of(QuicTransport.class),
                new LinkedHashMap<>(),
                "/udp/" + Scene.PORT + "/quic-v1",
                host -> {},
                Initials::new,
                Victim::handshakes);
    }
}
