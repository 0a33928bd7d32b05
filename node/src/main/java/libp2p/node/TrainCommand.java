package libp2p.node;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import libp2p.core.connection.Stream;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.crypto.Crypto;
import libp2p.crypto.EngineReport;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.node.host.Exit;
import libp2p.node.host.HostOptions;
import libp2p.protocols.echo.Echo;
import libp2p.protocols.ping.Ping;
import libp2p.protocols.ping.PingSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * {@code p2p train}: two hosts in this process connect, identify and ping over loopback, with every transport. Run
 * while the JVM records its AOT cache, so that the classes of every dialing command are loaded and linked in it. Ends
 * by telling the engine of each cryptographic primitive, from which the launcher chooses JVM flags.
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
        try (Host listener =
                options.host().listen(addresses()).service(new Echo()).start()) {
            options.tlsInsecure = true;
            for (Multiaddr address : listener.addresses()) {
                train(new PeerAddress(listener.peerId(), List.of(address)));
            }
        }
        tellEngines();
        return Exit.DONE;
    }

    private void tellEngines() {
        List<Object> engines = new ArrayList<>();
        for (EngineReport report : Crypto.standard().report()) {
            engines.add(report.primitive().label());
            engines.add(report.engine().label());
        }
        options.output().event("engines", engines.toString(), engines.toArray());
    }

    private static String[] addresses() {
        return new String[] {
            "/ip4/127.0.0.1/tcp/0",
            "/ip4/127.0.0.1/tcp/0/ws",
            "/ip4/127.0.0.1/tcp/0/tls/ws",
            "/ip4/127.0.0.1/udp/0/quic-v1"
        };
    }

    private void train(PeerAddress peer) throws IOException {
        try (Host dialer = options.host().start()) {
            try (PingSession session = Ping.session(dialer, peer)) {
                for (int i = 0; i < PINGS; i++) {
                    double micros = session.ping().toNanos() / 1000.0;
                    options.output().event("ping", "%.1f µs".formatted(micros), "peer", String.valueOf(peer.peer()));
                }
            }
            try (Stream echo = dialer.open(peer, Echo.PROTOCOL)) {
                echo.write(new byte[1], 0, 1);
                echo.closeWrite();
                echo.input().readAllBytes();
            }
        }
    }
}
