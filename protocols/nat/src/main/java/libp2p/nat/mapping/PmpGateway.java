package libp2p.nat.mapping;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;

/** A router that speaks NAT-PMP. */
final class PmpGateway implements Gateway {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);

    private final UdpQuestions questions;
    private final InetSocketAddress router;

    private PmpGateway(UdpQuestions questions, InetSocketAddress router) {
        this.questions = questions;
        this.router = router;
    }

    /** Finds out whether a router speaks NAT-PMP; blocks until the deadline at most. */
    static PmpGateway open(Environment environment, InetAddress address, Deadline deadline) throws IOException {
        UdpQuestions questions = new UdpQuestions(environment, new InetSocketAddress(0));
        boolean done = false;
        try {
            PmpGateway gateway = new PmpGateway(questions, new InetSocketAddress(address, PmpMessage.PORT));
            InetAddress _ = gateway.outside(deadline);
            done = true;
            return gateway;
        } finally {
            if (!done) {
                questions.close();
            }
        }
    }

    private InetAddress outside(Deadline deadline) throws IOException {
        return PmpMessage.address(ask(PmpMessage.addressRequest(), 0, deadline));
    }

    private byte[] ask(byte[] question, int operation, Deadline deadline) throws IOException {
        byte[] answer =
                questions.ask(question, router, bytes -> PmpMessage.isAnswer(bytes, operation), FIRST_PAUSE, deadline);
        int result = PmpMessage.result(answer);
        if (result != 0) {
            throw new GatewayException(Method.PMP, "the router refuses", result);
        }
        return answer;
    }

    @Override
    public Mapping map(PortProtocol protocol, int inside, int wanted, Duration lease, Deadline deadline)
            throws IOException {
        byte[] answer = ask(PmpMessage.mapRequest(protocol, inside, wanted, lease), protocol.pmpCode(), deadline);
        if (PmpMessage.insidePort(answer) != inside || PmpMessage.outsidePort(answer) == 0) {
            throw new GatewayException(Method.PMP, "the router mapped another port than " + inside, 0);
        }
        return new Mapping(
                Method.PMP,
                protocol,
                inside,
                outside(deadline),
                PmpMessage.outsidePort(answer),
                PmpMessage.lifetime(answer));
    }

    @Override
    public void unmap(Mapping mapping, Deadline deadline) throws IOException {
        byte[] _ = ask(
                PmpMessage.mapRequest(mapping.protocol(), mapping.inside(), 0, Duration.ZERO),
                mapping.protocol().pmpCode(),
                deadline);
    }

    @Override
    public void close() {
        questions.close();
    }
}
