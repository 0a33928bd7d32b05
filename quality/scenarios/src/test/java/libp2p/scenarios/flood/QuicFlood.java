package libp2p.scenarios.flood;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.Libp2p;
import libp2p.core.connection.Connection;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.core.testing.InitialPacket;
import libp2p.protocols.identify.Identify;
import libp2p.protocols.ping.Ping;
import libp2p.quic.stream.QuicStream;
import libp2p.scenarios.flood.Attacker.Held;

/** Handshakes over QUIC that are begun and left, and streams over QUIC as {@link StreamFlood} has them over TCP. */
final class QuicFlood {
    /** Each an address and a port of its own. */
    private static final int SOURCES = 16;

    /** Odd, so that the addresses come round only when all have been used. */
    private static final int SPREAD = 2_654_435;

    private static final int HELD = 2_000;
    private static final int PER_CONNECTION = 2_000;

    /** Says that a GiB follows. */
    private static final byte[] OVERSIZED = {(byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, 0x04};

    private final Attacker attacker;
    private final AtomicInteger number = new AtomicInteger();
    private final Held<Stream> held = new Held<>(HELD, stream -> stream.reset(0));

    QuicFlood(Attacker attacker) {
        this.attacker = attacker;
    }

    /** Begins as many handshakes as there are sources, properly, each with an id of its own, and reads no answer. */
    void begin(int worker) throws IOException, GeneralSecurityException, InterruptedException {
        InitialPacket packet = captured();
        DatagramSocket[] sources = new DatagramSocket[SOURCES];
        for (int i = 0; i < SOURCES; i++) {
            sources[i] = new DatagramSocket(0, InetAddress.getByName("127.0." + (worker + 1) + "." + (i + 1)));
        }
        while (!attacker.hasEnded()) {
            for (DatagramSocket source : sources) {
                send(packet, source);
            }
        }
    }

    /** The same with an address of its own for each, at which no client is any more when the answer comes. */
    void forge(int worker) throws IOException, GeneralSecurityException, InterruptedException {
        InitialPacket packet = captured();
        while (!attacker.hasEnded()) {
            int place = number.get() * SPREAD + worker;
            InetAddress forged = InetAddress.getByAddress(
                    new byte[] {127, (byte) (64 + (place >> 16 & 63)), (byte) (place >> 8), (byte) (1 + (place & 127))
                    });
            try (DatagramSocket source = new DatagramSocket(0, forged)) {
                send(packet, source);
            }
        }
    }

    private void send(InitialPacket packet, DatagramSocket source) throws IOException, GeneralSecurityException {
        byte[] id = ByteBuffer.allocate(Long.BYTES)
                .putLong(0x5eed_0000_0000L + number.incrementAndGet())
                .array();
        byte[] forged = packet.seal(id);
        source.send(new DatagramPacket(forged, forged.length, attacker.target));
        attacker.did();
    }

    /** The first datagrams of a dialer. */
    private static InitialPacket captured() throws IOException, GeneralSecurityException, InterruptedException {
        try (Host dialer = Libp2p.host().start();
                Host absent = Libp2p.host().start();
                DatagramSocket trap = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            PeerAddress address = at(trap.getLocalPort(), absent.peerId());
            Thread dialing = Thread.ofVirtual().start(() -> {
                try {
                    dialer.connect(address);
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

    private static PeerAddress at(int port, PeerId peer) {
        return PeerAddress.parse("/ip4/127.0.0.1/udp/" + port + "/quic-v1/p2p/" + peer);
    }

    /** Shakes hands and sends what no honest peer would, until it is cut off; then once more. */
    void frames(QuicFrames kind) throws IOException {
        InetSocketAddress local = new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0);
        try (RawQuic raw = RawQuic.connect(attacker.environment, local, attacker.target)) {
            kind.flood(raw, attacker.environment, local, Long.MAX_VALUE, () -> {
                attacker.did();
                if (attacker.hasEnded()) {
                    throw new IllegalStateException("over");
                }
            });
        }
    }

    /** Shakes hands for HTTP/3 and sends what no browser would, until it is cut off; then once more. */
    void http3(Http3Flood kind) throws IOException {
        InetSocketAddress local = new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0);
        try (RawQuic raw = RawQuic.connect(attacker.environment, local, attacker.target, "h3")) {
            QuicStream first = kind.begin(raw);
            for (long number = 0; !attacker.hasEnded(); number++) {
                try {
                    kind.send(raw, first, number);
                } finally {
                    attacker.did();
                }
            }
        }
    }

    /** Opens streams on one connection until that is refused. */
    void open(int worker) throws IOException {
        try (Host host = Libp2p.host().start()) {
            Connection connection =
                    host.connect(PeerAddress.parse("/ip4/127.0.0.1/udp/" + attacker.target.getPort() + "/quic-v1"));
            for (int i = 0; i < PER_CONNECTION && !attacker.hasEnded(); i++) {
                try {
                    open(connection);
                } finally {
                    attacker.did();
                }
            }
        }
    }

    /** One in three is reset at once, one announces a message of a GiB and sends on, one pings and stays. */
    private void open(Connection connection) throws IOException {
        switch (number.getAndIncrement() % 3) {
            case 0 -> connection.open(Deadline.NONE, Ping.PROTOCOL).reset(0);
            case 1 -> {
                Stream stream = connection.open(Deadline.NONE, Identify.PUSH_PROTOCOL);
                held.add(stream);
                stream.write(OVERSIZED);
                stream.write(new byte[16 << 10]);
            }
            default -> {
                Stream stream = connection.open(Deadline.NONE, Ping.PROTOCOL);
                held.add(stream);
                stream.write(new byte[32]);
            }
        }
    }
}
