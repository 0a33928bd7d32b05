package libp2p.node;

import java.util.List;
import java.util.concurrent.Callable;
import libp2p.core.connection.Stream;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.protocols.echo.Echo;
import libp2p.protocols.ping.Ping;
import libp2p.protocols.ping.PingSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * {@code p2p train}: two hosts in this process connect, identify and ping over loopback. Run while the JVM records its AOT cache,
 * so that the classes of every dialing command are loaded and linked in it.
 */
@Command(
        name = "train",
        hidden = true,
        description = "Lets two hosts talk inside this process; for building the AOT cache.",
        mixinStandardHelpOptions = true)
final class TrainCommand implements Callable<Integer> {
    private static final int PINGS = 20;

    @Mixin
    private HostOptions options = new HostOptions();

    @Override
    public Integer call() throws Exception {
        try (Host listener = options.host()
                        .listen("/ip4/127.0.0.1/tcp/0")
                        .service(new Echo())
                        .start();
                Host dialer = options.host().start()) {
            PeerAddress peer = new PeerAddress(listener.peerId(), List.copyOf(listener.addresses()));
            try (PingSession session = Ping.session(dialer, peer)) {
                for (int i = 0; i < PINGS; i++) {
                    options.output()
                            .event(
                                    "ping",
                                    "%.1f µs".formatted(session.ping().toNanos() / 1000.0),
                                    "peer",
                                    listener.peerId());
                }
            }
            try (Stream echo = dialer.open(peer, Echo.PROTOCOL)) {
                echo.write(new byte[1], 0, 1);
                echo.closeWrite();
                echo.input().readAllBytes();
            }
        }
        return Exit.DONE;
    }
}
