package libp2p.nat.autonat.v1;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.Timer;
import libp2p.core.host.Host;
import libp2p.core.protobuf.Delimited;
import libp2p.multiformats.multiaddr.Multiaddr;

/** Asks a server of AutoNAT v1 to dial this host. */
public final class DialBackClient {
    private static final Duration REQUEST = Duration.ofSeconds(30);

    private DialBackClient() {}

    /** The verdict of the server. */
    public enum Answer {
        /** The server has reached one of the addresses. */
        REACHED,
        /** The server has tried in vain. */
        FAILED,
        /** The server did not try. */
        REFUSED
    }

    /** Asks the peer of a connection; blocks for up to 30 s. */
    public static Answer ask(Host host, Connection server, List<Multiaddr> addresses) throws IOException {
        Environment environment = host.environment();
        Deadline deadline = Deadline.after(environment, REQUEST);
        Stream stream = server.open(deadline, DialBackServer.PROTOCOL);
        Timer end = environment.schedule(deadline.remainingNanos(environment), () -> stream.reset(ErrorCode.NONE));
        boolean done = false;
        try {
            List<Multiaddr> some =
                    addresses.stream().limit(DialMessage.MAX_ADDRESSES).toList();
            stream.write(Delimited.frame(new DialMessage.Request(host.peerId(), some).toBytes()));
            DialMessage message =
                    DialMessage.fromBytes(Delimited.read("AutoNAT Message", stream.input(), DialMessage.MAX_BYTES));
            if (!(message instanceof DialMessage.Response response)) {
                throw new ProtocolViolationException(DialBackServer.PROTOCOL, "an answer that is none");
            }
            done = true;
            return switch (response.status()) {
                case DialMessage.Response.OK -> Answer.REACHED;
                case DialMessage.Response.DIAL_ERROR -> Answer.FAILED;
                default -> Answer.REFUSED;
            };
        } finally {
            end.cancel();
            if (done) {
                stream.close();
            } else {
                stream.reset(ErrorCode.NONE);
            }
        }
    }
}
