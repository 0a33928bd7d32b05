package libp2p.nat.relay;

import java.time.Duration;
import libp2p.core.concurrent.KeyedRates.Rate;
import libp2p.core.connection.ConnectionLimits;
import org.jspecify.annotations.Nullable;

/**
 * Bounds of a relay and of its clients.
 *
 * @param reservations of a relay
 * @param circuits through a relay
 * @param requests how often clients may ask a relay
 * @param client of a host that uses relays
 */
public record RelayLimits(Reservations reservations, Circuits circuits, Requests requests, Client client) {
    /** The figures of go-libp2p, with rates beside them. */
    public static final RelayLimits DEFAULT =
            new RelayLimits(Reservations.DEFAULT, Circuits.DEFAULT, Requests.DEFAULT, Client.DEFAULT);

    /**
     * Places for peers that want to be reached.
     *
     * @param count of all peers; each has one
     * @param lifetime whole seconds
     * @param perAddress of peers from one IPv4 address or IPv6 /56
     * @param perNetwork of peers from one IPv4 /24 or IPv6 /48
     */
    public record Reservations(int count, Duration lifetime, int perAddress, int perNetwork) {
        /**
         * 128 reservations of an hour, 8 of them of one IPv4 address or IPv6 /56 and 32 of one IPv4 /24 or IPv6 /48.
         */
        public static final Reservations DEFAULT = new Reservations(128, Duration.ofHours(1), 8, 32);
    }

    /**
     * Connections through the relay.
     *
     * @param count of all
     * @param perPeer of one peer, as source and as target together
     * @param each the bounds of one circuit, told to both ends; null for none
     * @param buffer bytes that one is charged for, each way, beside what its streams hold
     * @param request how long a client may take to say what it wants
     * @param connect how long opening a stream to the target may take
     * @param handshake how long the target may take to answer
     */
    public record Circuits(
            int count,
            int perPeer,
            @Nullable ConnectionLimits each,
            int buffer,
            Duration request,
            Duration connect,
            Duration handshake) {
        /** 1,024 circuits, 16 of one peer, each of 2 minutes and 128 KiB in each direction. */
        public static final Circuits DEFAULT = new Circuits(
                1024,
                16,
                new ConnectionLimits(Duration.ofMinutes(2), 128 * 1024),
                32 * 1024,
                Duration.ofMinutes(1),
                Duration.ofSeconds(30),
                Duration.ofMinutes(1));
    }

    /**
     * The rates at which clients may ask, refusals included.
     *
     * @param perPeer reservations and circuits of one peer
     * @param perAddress of all peers of one address, as above
     * @param keys peers and addresses that are remembered
     */
    public record Requests(Rate perPeer, Rate perAddress, int keys) {
        /** 60 requests of one peer at once and then one in 2 s; 240 of one address and then two in a second. */
        public static final Requests DEFAULT =
                new Requests(new Rate(60, Duration.ofSeconds(2)), new Rate(240, Duration.ofMillis(500)), 4096);
    }

    /**
     * Bounds of a client.
     *
     * @param relays at which a host may have reservations
     * @param reserve for asking for a reservation, connecting included
     * @param accept how long a relay may take to name the source of a circuit
     * @param pulse how often a relay is asked whether it is still there
     * @param pulseTimeout how long its answer may take
     * @param retryFirst pause after a reservation failed for the first time; doubled each time
     * @param retryLast the longest such pause
     */
    public record Client(
            int relays,
            Duration reserve,
            Duration accept,
            Duration pulse,
            Duration pulseTimeout,
            Duration retryFirst,
            Duration retryLast) {
        /** The defaults of every bound. */
        public static final Client DEFAULT = new Client(
                16,
                Duration.ofSeconds(30),
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                Duration.ofSeconds(5),
                Duration.ofSeconds(1),
                Duration.ofMinutes(1));
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
                        each,
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
