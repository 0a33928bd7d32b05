package libp2p.nat.relay;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.Timer;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.host.DialOptions;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.core.peer.AddressReach;
import libp2p.core.record.InvalidRecordException;
import libp2p.core.resource.Direction;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.nat.address.Circuits;
import libp2p.nat.relay.wire.HopMessage;
import libp2p.nat.relay.wire.ReservationInfo;
import libp2p.nat.relay.wire.Voucher;

/** The client's side of the hop protocol: one question to a relay and its answer. */
final class HopHandshake {
    private static final int ADDRESSES = 8;
    private static final Duration LONGEST = Duration.ofDays(7);

    /** A relay with shorter terms would be asked all the time, and this host announce another address each time. */
    private static final Duration SHORTEST = Duration.ofSeconds(10);

    private HopHandshake() {}

    /**
     * Has a relay connect this host with another peer; blocks.
     *
     * @throws RelayRefusedException if the relay says no
     */
    static CircuitConnection connect(Host host, PeerAddress relay, PeerId target, Multiaddr address, Deadline deadline)
            throws IOException {
        Stream stream = open(host, relay, deadline);
        boolean done = false;
        try {
            HopMessage answer = ask(host, stream, HopMessage.connect(target), "a circuit to " + target, deadline);
            Multiaddr local = stream.connection().localAddress();
            done = true;
            return new CircuitConnection(
                    stream,
                    Circuits.through(local.withoutPeer(), stream.connection().remotePeer()),
                    address,
                    answer.limit());
        } finally {
            if (!done) {
                stream.reset(ErrorCode.NONE);
            }
        }
    }

    /**
     * Asks a relay for a place; blocks.
     *
     * @throws RelayRefusedException if the relay says no
     * @throws ProtocolViolationException if its answer breaks the protocol
     */
    static RelayReservation reserve(Host host, PeerAddress relay, Deadline deadline) throws IOException {
        Stream stream = open(host, relay, deadline);
        boolean done = false;
        try {
            HopMessage answer = ask(host, stream, HopMessage.reserve(), "a reservation", deadline);
            RelayReservation reservation = check(host, stream.connection(), answer);
            done = true;
            return reservation;
        } finally {
            if (done) {
                stream.close();
            } else {
                stream.reset(ErrorCode.NONE);
            }
        }
    }

    private static Stream open(Host host, PeerAddress relay, Deadline deadline) throws IOException {
        Environment environment = host.environment();
        long left = deadline.remainingNanos(environment);
        DialOptions options = DialOptions.DEFAULT
                .withForceDirect()
                .withTimeout(Duration.ofNanos(left))
                .withReason("relay");
        return host.open(relay, options, RelayClient.HOP_PROTOCOL);
    }

    private static HopMessage ask(Host host, Stream stream, HopMessage question, String what, Deadline deadline)
            throws IOException {
        Environment environment = host.environment();
        Timer end = RelayFrames.endInTime(environment, stream, Duration.ofNanos(deadline.remainingNanos(environment)));
        HopMessage answer;
        try {
            RelayFrames.write(stream, question);
            answer = RelayFrames.readHop(stream);
        } catch (IOException e) {
            throw deadline.passed(environment)
                    ? new DeadlineExceededException(
                            "asking a relay for " + what, stream.connection().remotePeer())
                    : e;
        } finally {
            end.cancel();
        }
        if (answer.type() != HopMessage.Type.STATUS) {
            throw new ProtocolViolationException(
                    RelayClient.HOP_PROTOCOL, "the relay answered with a message of type " + answer.type());
        }
        if (answer.status() != RelayStatus.OK.number()) {
            throw new RelayRefusedException(stream.connection().remotePeer(), what, answer.status());
        }
        return answer;
    }

    private static RelayReservation check(Host host, Connection connection, HopMessage answer) throws IOException {
        ReservationInfo info = answer.reservation();
        if (info == null) {
            throw new ProtocolViolationException(RelayClient.HOP_PROTOCOL, "a reservation without its terms");
        }
        PeerId relay = connection.remotePeer();
        Instant now = host.environment().wallClock();
        long most = now.plus(LONGEST).getEpochSecond();
        Instant expires = Instant.ofEpochSecond(Math.min(info.expire(), most));
        if (expires.isBefore(now.plus(SHORTEST))) {
            throw new ProtocolViolationException(
                    RelayClient.HOP_PROTOCOL,
                    "a reservation that has expired, or will within " + SHORTEST.toSeconds() + " s: " + expires);
        }
        byte[] voucher = info.voucher();
        if (voucher != null) {
            check(Voucher.fromBytes(voucher), relay, host.peerId(), now);
        }
        return new RelayReservation(relay, connection, expires, addresses(info, connection), answer.limit(), voucher);
    }

    private static void check(Voucher voucher, PeerId relay, PeerId self, Instant now) throws InvalidRecordException {
        if (!voucher.relay().equals(relay) || !voucher.peer().equals(self)) {
            throw new InvalidRecordException("a voucher of relay " + voucher.relay() + " for " + voucher.peer()
                    + ", received from " + relay + " by " + self);
        }
        if (voucher.expiration() <= now.getEpochSecond()) {
            throw new InvalidRecordException(
                    "a voucher of relay " + relay + " that expired at " + Instant.ofEpochSecond(voucher.expiration()));
        }
    }

    /** The addresses that the relay names and that can be its own; without a usable one, the address at which this host has reached it. */
    private static List<Multiaddr> addresses(ReservationInfo info, Connection connection) {
        PeerId relay = connection.remotePeer();
        SequencedSet<Multiaddr> circuits = new LinkedHashSet<>();
        for (Multiaddr address : AddressReach.filter(info.addresses(), connection.remoteAddress())) {
            if (!Circuits.isCircuit(address) && circuits.size() < ADDRESSES) {
                add(address, relay, circuits);
            }
        }
        if (circuits.isEmpty() && connection.direction() == Direction.OUTBOUND) {
            add(connection.remoteAddress(), relay, circuits);
        }
        return List.copyOf(circuits);
    }

    private static void add(Multiaddr address, PeerId relay, SequencedSet<Multiaddr> circuits) {
        try {
            circuits.add(Circuits.through(address, relay));
        } catch (MalformedException another) {
            // It names another peer, or is too long: of no use to anybody.
        }
    }
}
