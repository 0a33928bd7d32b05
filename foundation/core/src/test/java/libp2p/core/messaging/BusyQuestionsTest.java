package libp2p.core.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import libp2p.core.connection.Connection;
import libp2p.core.connection.Stream;
import libp2p.core.host.Host;
import libp2p.core.host.Registration;
import libp2p.core.host.StreamHandler;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.resource.Reservation;
import libp2p.core.testing.CountedTurns;
import libp2p.core.testing.Stub;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.junit.jupiter.api.Test;

/** A peer whose next questions are always there already. */
class BusyQuestionsTest {
    private static final int QUESTIONS = 1_000;
    private static final long NANOS = 100_000;

    private final CountedTurns environment = CountedTurns.alone();
    private final List<StreamHandler> handlers = new ArrayList<>();
    private int answered;

    private final Host host =
            Stub.of(Host.class, Map.of("environment", arguments -> environment, "handle", arguments -> {
                handlers.add((StreamHandler) arguments[2]);
                return Stub.of(Registration.class, Map.of());
            }));

    private final Connection connection = Stub.of(
            Connection.class,
            Map.of(
                    "scope",
                    arguments -> Stub.of(
                            ConnectionScope.class, Map.of("reserve", bytes -> Stub.of(Reservation.class, Map.of()))),
                    "remoteAddress",
                    arguments -> Multiaddr.parse("/ip4/192.0.2.1/tcp/1")));

    private Stream pipelined() {
        InputStream input = new ByteArrayInputStream(new byte[QUESTIONS]); // each is its length, zero
        return Stub.of(
                Stream.class,
                Map.of("input", arguments -> input, "connection", arguments -> connection, "write", arguments -> {
                    answered++;
                    return null;
                }));
    }

    @Test
    void othersGoFirstAboutOnceAMillisecond() throws Exception {
        MessageExchange.of("/busy", MessageCodec.BYTES, MessageCodec.BYTES).serve(host, (peer, question) -> {
            environment.pass(NANOS);
            return question;
        });
        handlers.getFirst().handle(pipelined());
        assertThat(answered).isEqualTo(QUESTIONS);
        assertThat(environment.given()).isBetween(90, 100);
    }
}
