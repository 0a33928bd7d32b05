package libp2p.interop.secio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import libp2p.Libp2p;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.host.ProtocolFamily;
import libp2p.core.identity.Identity;
import libp2p.protocols.echo.Echo;
import libp2p.protocols.ping.Ping;
import libp2p.secio.Secio;
import libp2p.system.SystemEnvironment;

/**
 * The program: {@code listen} serves until its standard input ends, {@code dial ADDRESS} pings a peer three times, has a
 * mebibyte echoed, and ends. Its first line on standard output is its address, or what it has seen.
 */
public final class SecioPeer {
    private static final int PINGS = 3;
    private static final int ECHO = 1 << 20;

    private SecioPeer() {}

    /** The entry point. */
    public static void main(String[] arguments) throws Exception {
        Identity identity = Identity.generate(SystemEnvironment.shared());
        try (Host host = Libp2p.host()
                .identity(identity)
                .security()
                .muxers("yamux", "mplex")
                .with((ProtocolFamily) assembly -> assembly.security(Secio.create(identity)))
                .with(new Echo())
                .listen("/ip4/127.0.0.1/tcp/0")
                .start()) {
            if (arguments[0].equals("listen")) {
                System.out.println(host.fullAddresses().getFirst());
                System.in.readAllBytes();
            } else {
                dial(host, PeerAddress.parse(arguments[1]));
            }
        }
    }

    private static void dial(Host host, PeerAddress peer) throws IOException, InterruptedException {
        for (int i = 0; i < PINGS; i++) {
            Ping.once(host, peer);
        }
        byte[] sent = new byte[ECHO];
        for (int i = 0; i < ECHO; i++) {
            sent[i] = (byte) (i * 31 >>> 3);
        }
        byte[] received = host.open(peer, Echo.PROTOCOL, stream -> {
            Thread writer = Thread.startVirtualThread(() -> {
                try {
                    stream.write(ByteBuffer.wrap(sent));
                    stream.closeWrite();
                } catch (IOException e) {
                    stream.close(); // the reader fails
                }
            });
            byte[] echo = stream.input().readAllBytes();
            writer.join();
            return echo;
        });
        if (!Arrays.equals(sent, received)) {
            throw new IOException("the echo differs from what was sent");
        }
        System.out.println(PINGS + " pings and an echo of " + ECHO + " bytes over "
                + host.connections().getFirst().state().security());
    }
}
