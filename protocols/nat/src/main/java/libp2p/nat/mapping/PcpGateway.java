package libp2p.nat.mapping;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;

/** A router that speaks PCP. */
final class PcpGateway implements Gateway {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);

    private record Key(PortProtocol protocol, int inside) {}

    private final Environment environment;
    private final UdpQuestions questions;
    private final InetSocketAddress router;
    private final InetAddress self;
    private final Map<Key, byte[]> nonces = new HashMap<>();

    /** @param self the address of this host in the router's network */
    PcpGateway(Environment environment, InetAddress router, InetAddress self) throws IOException {
        this.environment = environment;
        this.questions = new UdpQuestions(environment, new InetSocketAddress(self, 0));
        this.router = new InetSocketAddress(router, PmpMessage.PORT);
        this.self = self;
    }

    @Override
    public Mapping map(PortProtocol protocol, int inside, int wanted, Duration lease, Deadline deadline)
            throws IOException {
        byte[] answer = ask(protocol, inside, wanted, lease, deadline);
        if (PcpMessage.insidePort(answer) != inside || PcpMessage.outsidePort(answer) == 0) {
            throw new GatewayException(Method.PCP, "the router mapped another port than " + inside, 0);
        }
        return new Mapping(
                Method.PCP,
                protocol,
                inside,
                PcpMessage.address(answer),
                PcpMessage.outsidePort(answer),
                PcpMessage.lifetime(answer));
    }

    private byte[] ask(PortProtocol protocol, int inside, int outside, Duration lease, Deadline deadline)
            throws IOException {
        byte[] nonce = nonces.computeIfAbsent(new Key(protocol, inside), key -> {
            byte[] fresh = new byte[PcpMessage.NONCE_BYTES];
            environment.secureRandom(fresh);
            return fresh;
        });
        byte[] question = PcpMessage.mapRequest(self, nonce, protocol, inside, outside, lease);
        byte[] answer =
                questions.ask(question, router, bytes -> PcpMessage.isAnswer(bytes, nonce), FIRST_PAUSE, deadline);
        if (!PcpMessage.isKnown(answer)) {
            throw new GatewayException(Method.PCP, "the router speaks version " + answer[0], 1);
        }
        if (PcpMessage.result(answer) != 0) {
            throw new GatewayException(Method.PCP, "the router refuses", PcpMessage.result(answer));
        }
        return answer;
    }

    @Override
    public void unmap(Mapping mapping, Deadline deadline) throws IOException {
        byte[] _ = ask(mapping.protocol(), mapping.inside(), 0, Duration.ZERO, deadline);
    }

    @Override
    public void close() {
        questions.close();
    }
}
