package libp2p.growth;

import static libp2p.growth.Messages.bytes;
import static libp2p.growth.Messages.protobuf;

import java.util.List;
import java.util.Set;
import libp2p.growth.StreamDriver.Input;
import libp2p.protocols.echo.Echo;
import libp2p.protocols.fetch.Fetch;
import libp2p.protocols.identify.Identify;
import libp2p.protocols.perf.Perf;
import libp2p.protocols.ping.Ping;

/** All drivers. */
final class Drivers {
    private Drivers() {}

    static List<HostileDriver> all() {
        return List.of(basic());
    }

    private static HostileDriver basic() {
        return new StreamDriver(
                "ping, echo",
                Set.of(Ping.class, Echo.class),
                List.of(),
                List.of(
                        new Input(Ping.PROTOCOL, (random, stranger) -> bytes(random, 32)),
                        new Input(Echo.PROTOCOL, (random, stranger) -> bytes(random, 200))),
                host -> host.with(new Echo()));
    }
}
