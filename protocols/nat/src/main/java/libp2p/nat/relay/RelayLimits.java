package libp2p.nat.relay;

import java.time.Duration;
import libp2p.core.concurrent.KeyedRates.Rate;
import libp2p.core.connection.ConnectionLimits;
import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;
import libp2p.core.limits.LimitGroup;
import org.jspecify.annotations.Nullable;

/**
 * Bounds of a relay and of its clients.
 *
 * @param reservations of a relay
 * @param circuits through a relay
 * @param requests how often clients may ask a relay
 * @param client of a host that uses relays
 */
@LimitGroup("relay")
public record RelayLimits(Reservations reservations, Circuits circuits, Requests requests, Client client) {
    /** The figures of go-libp2p, with rates beside them. */
    public static final RelayLimits DEFAULT = Bounds.defaults(RelayLimits.class);

    public RelayLimits {
        Bounds.check(RelayLimits.class, reservations, circuits, requests, client);
    }

    /** Places for peers that want to be reached. */
    public record Reservations(
            @Bound(
                    value = "128",
                    least = "1",
                    most = "1000000",
                    unit = "reservations",
                    is =
                            "of all peers at this relay, one for each peer, and of an IP group as many as are free beside; more are refused")
            int count,

            @Bound(
                    value = "1h",
                    least = "10s",
                    most = "365d",
                    is =
                            "how long a reservation at this relay lasts unless the peer renews it; fractions of a second are cut off")
            Duration lifetime,

            @Bound(
                    value = "8",
                    least = "1",
                    most = "1000000",
                    unit = "reservations",
                    is = "of peers behind one IPv4 address or IPv6 /56 at this relay; more are refused")
            int perAddress,

            @Bound(
                    value = "32",
                    least = "1",
                    most = "1000000",
                    unit = "reservations",
                    is = "of peers in one IPv4 /24 or IPv6 /48 at this relay; more are refused")
            int perNetwork) {
        /** The defaults. */
        public static final Reservations DEFAULT = Bounds.defaults(Reservations.class);

        public Reservations {
            Bounds.check(Reservations.class, count, lifetime, perAddress, perNetwork);
        }
    }

    /** Connections through the relay. */
    public record Circuits(
            @Bound(
                    value = "1024",
                    least = "1",
                    most = "1000000",
                    unit = "circuits",
                    is =
                            "of all peers that are open through this relay; without room one of a more crowded IP group ends, or the newest is refused")
            int count,

            @Bound(
                    value = "16",
                    least = "1",
                    most = "1000000",
                    unit = "circuits",
                    is =
                            "from one peer, and as many to it, that are open through this relay; without room one to that target of a more crowded IP group ends, or the newest is refused")
            int perPeer,

            @Bound(
                    value = "2m",
                    least = "0s",
                    most = "365d",
                    is = "how long one circuit may last, which both ends are told; then it is reset, 0s sets no limit")
            Duration duration,

            @Bound(
                    value = "128KiB",
                    least = "0",
                    most = "unlimited",
                    unit = "bytes",
                    is =
                            "that one circuit carries each way, which both ends are told; then it is reset, 0 sets no limit")
            long bytes,

            @Bound(
                    value = "32KiB",
                    least = "1KiB",
                    most = "1GiB",
                    unit = "bytes",
                    is = "of memory that one circuit is charged with each way, beside what its streams hold")
            int buffer,

            @Bound(
                    value = "1m",
                    least = "1ms",
                    most = "1d",
                    is = "how long a client may take to send its request to this relay and to read the answer")
            Duration request,

            @Bound(
                    value = "30s",
                    least = "1ms",
                    most = "1d",
                    is = "how long opening a stream from this relay to the target of a circuit may take")
            Duration connect,

            @Bound(
                    value = "1m",
                    least = "1ms",
                    most = "1d",
                    is = "how long the target of a circuit may take to answer this relay")
            Duration handshake) {
        /** The defaults. */
        public static final Circuits DEFAULT = Bounds.defaults(Circuits.class);

        public Circuits {
            Bounds.check(Circuits.class, count, perPeer, duration, bytes, buffer, request, connect, handshake);
            // Clients are told whole seconds, and 0 of them are for ever.
            if (!duration.isZero() && duration.toSeconds() == 0) {
                throw new IllegalArgumentException(
                        "circuits.duration is " + duration.toMillis() + "ms, possible: 0s, or at least 1s");
            }
        }

        /** The bounds of one circuit; null if there are none. */
        public @Nullable ConnectionLimits each() {
            return duration.isZero() && bytes == 0 ? null : new ConnectionLimits(duration, bytes);
        }
    }

    /** The rates at which clients may ask, refusals included. */
    public record Requests(
            @Bound(
                    value = "60",
                    least = "1",
                    most = "100000",
                    unit = "requests",
                    is = "of one peer, refused ones included, that this relay answers at once; more are refused")
            int perPeerBurst,

            @Bound(
                    value = "2s",
                    least = "1ms",
                    most = "1h",
                    is = "time after which this relay answers one more request of a peer")
            Duration perPeerRefill,

            @Bound(
                    value = "240",
                    least = "1",
                    most = "100000",
                    unit = "requests",
                    is =
                            "of all peers behind one IPv4 address or IPv6 /56 that this relay answers at once; more are refused")
            int perAddressBurst,

            @Bound(
                    value = "500ms",
                    least = "1ms",
                    most = "1h",
                    is = "time after which this relay answers one more request from an IPv4 address or IPv6 /56")
            Duration perAddressRefill,

            @Bound(
                    value = "4096",
                    least = "1",
                    most = "1000000",
                    unit = "entries",
                    is =
                            "for peers, and as many for IP addresses, whose requests are counted; others are refused while all are in use")
            int keys) {
        /** The defaults. */
        public static final Requests DEFAULT = Bounds.defaults(Requests.class);

        public Requests {
            Bounds.check(Requests.class, perPeerBurst, perPeerRefill, perAddressBurst, perAddressRefill, keys);
        }

        /** Reservations and circuits of one peer. */
        public Rate perPeer() {
            return new Rate(perPeerBurst, perPeerRefill);
        }

        /** Those of all peers of one address. */
        public Rate perAddress() {
            return new Rate(perAddressBurst, perAddressRefill);
        }
    }

    /** Bounds of a host that uses relays. */
    public record Client(
            @Bound(
                    value = "16",
                    least = "1",
                    most = "10000",
                    unit = "relays",
                    is = "at which this host may have reservations or ask for them; more fail")
            int relays,

            @Bound(
                    value = "30s",
                    least = "1ms",
                    most = "1d",
                    is = "how long getting a reservation may take, connecting to the relay included")
            Duration reserve,

            @Bound(
                    value = "10s",
                    least = "1ms",
                    most = "1d",
                    is = "how long a relay that brings a circuit to this host may take to name its source")
            Duration accept,

            @Bound(
                    value = "10s",
                    least = "1ms",
                    most = "1d",
                    is =
                            "time between two pings by which this host sees whether a relay that it has a reservation at is still there")
            Duration pulse,

            @Bound(
                    value = "5s",
                    least = "1ms",
                    most = "1d",
                    is = "how long a relay may take to answer a ping of this host before the ping counts as missed")
            Duration pulseTimeout,

            @Bound(
                    value = "1s",
                    least = "1ms",
                    most = "1d",
                    is = "pause after a reservation failed for the first time; it doubles with each failure")
            Duration retryFirst,

            @Bound(
                    value = "1m",
                    least = "1ms",
                    most = "7d",
                    is = "longest pause between two tries to get a reservation at one relay")
            Duration retryLast) {
        /** The defaults of every bound. */
        public static final Client DEFAULT = Bounds.defaults(Client.class);

        public Client {
            Bounds.check(Client.class, relays, reserve, accept, pulse, pulseTimeout, retryFirst, retryLast);
            if (retryFirst.compareTo(retryLast) > 0) {
                throw new IllegalArgumentException("client.retry-first is " + retryFirst.toMillis()
                        + "ms, possible: at most client.retry-last, which is " + retryLast.toMillis() + "ms");
            }
        }
    }

    /** As these, with circuits that nothing limits. */
    public RelayLimits withUnlimitedCircuits() {
        return withCircuit(null);
    }

    /** As these, with another limit of each circuit. */
    public RelayLimits withCircuit(@Nullable ConnectionLimits each) {
        return new RelayLimits(
                reservations,
                new Circuits(
                        circuits.count,
                        circuits.perPeer,
                        each == null ? Duration.ZERO : each.duration(),
                        each == null ? 0 : each.bytes(),
                        circuits.buffer,
                        circuits.request,
                        circuits.connect,
                        circuits.handshake),
                requests,
                client);
    }

    /** As these, with other reservations. */
    public RelayLimits withReservations(Reservations value) {
        return new RelayLimits(value, circuits, requests, client);
    }

    /** As these, with other circuits. */
    public RelayLimits withCircuits(Circuits value) {
        return new RelayLimits(reservations, value, requests, client);
    }
}
