package libp2p.security;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.SystemEnvironment;
import libp2p.core.environment.TcpChannel;
import libp2p.core.environment.TcpListener;
import libp2p.core.identity.Identity;
import libp2p.core.identity.PeerId;
import libp2p.core.security.SecureConnection;
import libp2p.core.security.SecurityProtocol;
import libp2p.core.security.SecurityRequest;
import libp2p.core.security.SecurityRequest.Role;
import libp2p.core.transport.RawConnection;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.security.noise.Noise;
import libp2p.security.pnet.PreSharedKey;
import libp2p.security.pnet.PskProtector;
import libp2p.security.tls.Tls;

/**
 * Shakes hands with another implementation over TCP, below everything else of the stack: multistream-select by hand, the
 * secure channel, the choice of yamux, and one yamux ping.
 *
 * <pre>
 * RealPeers dial PORT PEER noise|tls [MUXERS] [PSK-FILE]
 * RealPeers listen noise|tls [MUXERS] [PSK-FILE]       prints address and peer id, serves one connection
 * </pre>
 *
 * MUXERS is a list with commas for early negotiation, or {@code -} for none.
 */
public final class RealPeers {
    private static final Environment ENVIRONMENT = SystemEnvironment.shared();
    private static final String YAMUX = "/yamux/1.0.0";

    private RealPeers() {}

    public static void main(String[] arguments) throws Exception {
        Identity identity = Identity.generate(ENVIRONMENT);
        if (arguments[0].equals("dial")) {
            InetSocketAddress remote =
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[1]));
            RawConnection raw = raw(ENVIRONMENT.network().connectTcp(null, remote, Deadline.NONE));
            run(raw, identity, Role.INITIATOR, PeerId.parse(arguments[2]), arguments, 3);
        } else {
            InetSocketAddress local = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            try (TcpListener listener = ENVIRONMENT.network().listenTcp(local, 1, false)) {
                System.out.println(
                        "/ip4/127.0.0.1/tcp/" + listener.localAddress().getPort() + "/p2p/" + identity.peerId());
                run(raw(listener.accept()), identity, Role.RESPONDER, null, arguments, 1);
            }
        }
    }

    private static void run(
            RawConnection tcp, Identity identity, Role role, PeerId expected, String[] arguments, int at)
            throws IOException {
        RawConnection raw = arguments.length > at + 2
                ? new PskProtector(PreSharedKey.load(Path.of(arguments[at + 2])), ENVIRONMENT).protect(tcp)
                : tcp;
        SecurityProtocol protocol =
                arguments[at].equals("tls") ? Tls.create(identity, ENVIRONMENT) : Noise.create(identity, ENVIRONMENT);
        String[] muxers = arguments.length <= at + 1 || arguments[at + 1].equals("-")
                ? new String[0]
                : arguments[at + 1].split(",");
        negotiate(pipe(raw), role, protocol.protocol());
        SecurityRequest request = new SecurityRequest(ENVIRONMENT, role, expected, java.util.List.of(muxers));
        try (SecureConnection connection = protocol.secure(raw, request)) {
            System.out.println("secured by " + connection.protocol() + " with " + connection.remotePeer() + ", "
                    + connection.remoteKey().type() + ", early muxer " + connection.earlyMuxer());
            Pipe pipe = pipe(connection);
            if (connection.earlyMuxer() == null) {
                negotiate(pipe, role, YAMUX);
            }
            ping(pipe);
        }
    }

    /** Sends a yamux ping and passes over other frames until its answer has come. */
    private static void ping(Pipe pipe) throws IOException {
        pipe.send(
                ByteBuffer.allocate(12).put(1, (byte) 2).putShort(2, (short) 1).putInt(8, 0x12345678));
        while (true) {
            ByteBuffer frame = pipe.receive(12);
            int length = frame.getInt(8);
            if (frame.get(1) == 2 && frame.getShort(2) == 2 && length == 0x12345678) {
                System.out.println("yamux ping answered");
                return;
            }
            if (frame.get(1) == 0) {
                pipe.receive(length);
            }
        }
    }

    private static void negotiate(Pipe pipe, Role role, String protocol) throws IOException {
        pipe.send(line("/multistream/1.0.0"));
        expect(pipe, "/multistream/1.0.0");
        if (role == Role.INITIATOR) {
            pipe.send(line(protocol));
            expect(pipe, protocol);
            return;
        }
        String proposal = read(pipe);
        while (!proposal.equals(protocol)) {
            pipe.send(line("na"));
            proposal = read(pipe);
        }
        pipe.send(line(protocol));
    }

    private static ByteBuffer line(String text) {
        byte[] bytes = (text + "\n").getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(1 + bytes.length)
                .put((byte) bytes.length)
                .put(bytes)
                .flip();
    }

    private static void expect(Pipe pipe, String text) throws IOException {
        String answer = read(pipe);
        if (!answer.equals(text)) {
            throw new IOException("answered " + answer + ", not " + text);
        }
    }

    private static String read(Pipe pipe) throws IOException {
        int length = pipe.receive(1).get();
        return new String(pipe.receive(length).array(), StandardCharsets.UTF_8).strip();
    }

    /** Exact reads and whole writes. */
    private interface Pipe {
        void send(ByteBuffer bytes) throws IOException;

        ByteBuffer receive(int length) throws IOException;
    }

    private static Pipe pipe(RawConnection raw) {
        return new Pipe() {
            @Override
            public void send(ByteBuffer bytes) throws IOException {
                raw.write(bytes);
            }

            @Override
            public ByteBuffer receive(int length) throws IOException {
                ByteBuffer target = ByteBuffer.allocate(length);
                while (target.hasRemaining()) {
                    if (raw.read(target) < 0) {
                        throw new EOFException();
                    }
                }
                return target.flip();
            }
        };
    }

    private static Pipe pipe(SecureConnection connection) {
        return new Pipe() {
            @Override
            public void send(ByteBuffer bytes) throws IOException {
                connection.write(bytes);
                connection.flush();
            }

            @Override
            public ByteBuffer receive(int length) throws IOException {
                ByteBuffer target = ByteBuffer.allocate(length);
                while (target.hasRemaining()) {
                    ByteBuffer read = connection.read();
                    if (read == null) {
                        throw new EOFException();
                    }
                    while (target.hasRemaining() && read.hasRemaining()) {
                        target.put(read.get());
                    }
                }
                return target.flip();
            }
        };
    }

    private static RawConnection raw(TcpChannel channel) {
        return new RawConnection() {
            @Override
            public int read(ByteBuffer target) throws IOException {
                return channel.read(target);
            }

            @Override
            public void write(ByteBuffer source) throws IOException {
                channel.write(source);
            }

            @Override
            public Multiaddr localAddress() {
                return Multiaddr.parse("/ip4/127.0.0.1/tcp/1");
            }

            @Override
            public Multiaddr remoteAddress() {
                return localAddress();
            }

            @Override
            public boolean portReused() {
                return false;
            }

            @Override
            public void close() {
                channel.close();
            }
        };
    }
}
