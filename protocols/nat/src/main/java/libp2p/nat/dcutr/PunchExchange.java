package libp2p.nat.dcutr;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.Timer;
import libp2p.core.protobuf.Delimited;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/** The messages of two peers before both dial: their addresses, and that it is time (specification: "The Protocol"). */
final class PunchExchange {
    /**
     * The agreement of two peers.
     *
     * @param targets to dial
     * @param roundTrip through the relay
     */
    record Agreed(List<Multiaddr> targets, Duration roundTrip) {}

    private final Environment environment;
    private final PunchPlan plan;
    private final Duration limit;

    PunchExchange(Environment environment, PunchPlan plan, Duration limit) {
        this.environment = environment;
        this.plan = plan;
        this.limit = limit;
    }

    /**
     * Begins; blocks.
     *
     * @param told addresses of this host
     * @param own all addresses of this host, none of which is dialed
     * @return null if the peer named no address that may be dialed
     */
    @Nullable
    Agreed start(Connection relayed, List<Multiaddr> told, List<Multiaddr> own) throws IOException {
        Stream stream = relayed.openAllowingLimited(Deadline.after(environment, limit), HolePuncher.PROTOCOL);
        Timer end = environment.schedule(limit.toNanos(), () -> stream.reset(ErrorCode.NONE));
        boolean done = false;
        try {
            long sent = environment.nanoTime();
            write(stream, new HolePunchMessage(HolePunchMessage.Type.CONNECT, told));
            HolePunchMessage answer = read(stream, HolePunchMessage.Type.CONNECT);
            Duration roundTrip = Duration.ofNanos(environment.nanoTime() - sent);
            List<Multiaddr> targets = plan.targets(answer.addresses(), own);
            if (targets.isEmpty()) {
                return null;
            }
            write(stream, new HolePunchMessage(HolePunchMessage.Type.SYNC, List.of()));
            stream.close();
            done = true;
            return new Agreed(targets, roundTrip);
        } finally {
            end.cancel();
            if (!done) {
                stream.reset(ErrorCode.NONE);
            }
        }
    }

    /**
     * Answers; returns when it is time to dial.
     *
     * @param told addresses of this host
     * @param own all addresses of this host, none of which is dialed
     * @param dialing told, before the peer is, whom this host will dial
     * @return null if one of both has no address that the other may dial; the stream is reset then
     */
    @Nullable
    Agreed answer(Stream stream, List<Multiaddr> told, List<Multiaddr> own, Consumer<List<Multiaddr>> dialing)
            throws IOException {
        Timer end = environment.schedule(limit.toNanos(), () -> stream.reset(ErrorCode.NONE));
        try {
            HolePunchMessage request = read(stream, HolePunchMessage.Type.CONNECT);
            List<Multiaddr> targets = plan.targets(request.addresses(), own);
            if (told.isEmpty() || targets.isEmpty()) {
                stream.reset(ErrorCode.NONE);
                return null;
            }
            dialing.accept(targets);
            long sent = environment.nanoTime();
            write(stream, new HolePunchMessage(HolePunchMessage.Type.CONNECT, told));
            read(stream, HolePunchMessage.Type.SYNC);
            Duration roundTrip = Duration.ofNanos(environment.nanoTime() - sent);
            stream.close();
            return new Agreed(targets, roundTrip);
        } finally {
            end.cancel();
        }
    }

    private static void write(Stream stream, HolePunchMessage message) throws IOException {
        stream.write(Delimited.frame(message.toBytes()));
    }

    private static HolePunchMessage read(Stream stream, HolePunchMessage.Type expected) throws IOException {
        HolePunchMessage message =
                HolePunchMessage.fromBytes(Delimited.read("HolePunch", stream.input(), HolePunchMessage.MAX_BYTES));
        if (message.type() != expected) {
            throw new ProtocolViolationException(
                    HolePuncher.PROTOCOL, message.type() + " where " + expected + " is expected");
        }
        return message;
    }
}
