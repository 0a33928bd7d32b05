package libp2p.discovery.rendezvous;

import java.time.Duration;
import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;
import libp2p.core.limits.LimitGroup;

/**
 * The bounds of a rendezvous point and of its clients. The times are those of the specification; the number of
 * registrations is that of rust-libp2p.
 */
@LimitGroup("rendezvous")
public record RendezvousLimits(
        @Bound(
                value = "10000",
                least = "1",
                most = "1000000",
                unit = "registrations",
                is =
                        "of all peers at this rendezvous point; without room the newest takes the place of one of the most crowded IP group")
        int registrations,

        @Bound(
                value = "32",
                least = "1",
                most = "1000000",
                unit = "registrations",
                is = "of one peer at this rendezvous point, at most rendezvous.registrations; more are refused")
        int perPeer,

        @Bound(
                value = "16MiB",
                least = "8KiB",
                most = "unlimited",
                unit = "bytes",
                is =
                        "in the signed peer records of all registrations together; without room those of the most crowded IP group go")
        long bytes,

        @Bound(
                value = "8KiB",
                least = "1",
                most = "8KiB",
                unit = "bytes",
                is = "in the signed peer record of one registration; a longer one is refused")
        int recordBytes,

        @Bound(
                value = "255",
                least = "1",
                most = "255",
                unit = "bytes",
                is = "in the namespace of a registration or discovery, in UTF-8; a longer one is refused")
        int namespaceBytes,

        @Bound(
                value = "1000",
                least = "1",
                most = "1000",
                unit = "registrations",
                is = "in one answer to a discovery; its cookie leads to the others")
        int results,

        @Bound(
                value = "1MiB",
                least = "16KiB",
                most = "1MiB",
                unit = "bytes",
                is = "in one answer: this rendezvous point sends no longer one, and a client reads none")
        int messageBytes,

        @Bound(
                value = "1000",
                least = "1",
                most = "100000",
                unit = "peers",
                is = "found by one discovery, over all rendezvous points, with which it ends")
        int discovered,

        @Bound(
                value = "8",
                least = "1",
                most = "100",
                unit = "rendezvous points",
                is = "at which a client registers and discovers; more are refused")
        int points,

        @Bound(
                value = "2h",
                least = "1s",
                most = "72h",
                is = "for which a registration may ask; a shorter one is refused")
        Duration leastTtl,

        @Bound(
                value = "2h",
                least = "1s",
                most = "72h",
                is = "of a registration that asks for no time; between the least and the longest that one may ask for")
        Duration defaultTtl,

        @Bound(
                value = "3d",
                least = "1s",
                most = "72h",
                is = "for which a registration may ask; a longer one is refused")
        Duration longestTtl,

        @Bound(
                value = "100",
                least = "1",
                most = "10000",
                unit = "requests",
                is = "of one peer at once, and again in each ten seconds; more are refused")
        int requests,

        @Bound(
                value = "1000",
                least = "1",
                most = "100000",
                unit = "requests",
                is = "of all peers in a second; more are refused")
        int requestsInAll,

        @Bound(value = "10s", least = "1ms", most = "1h", is = "for one request to a rendezvous point with its answer")
        Duration timeout) {
    /** The defaults of every bound. */
    public static final RendezvousLimits DEFAULT = Bounds.defaults(RendezvousLimits.class);

    /** The records of all registrations have such a part of the heap, and the registrations themselves another. */
    private static final int PART_OF_HEAP = 16;
    /** Memory of a registration beside its record, with a long namespace. */
    private static final long REGISTRATION_BYTES = 1 << 10;

    public RendezvousLimits {
        Bounds.check(
                RendezvousLimits.class,
                registrations,
                perPeer,
                bytes,
                recordBytes,
                namespaceBytes,
                results,
                messageBytes,
                discovered,
                points,
                leastTtl,
                defaultTtl,
                longestTtl,
                requests,
                requestsInAll,
                timeout);
        if (perPeer > registrations) {
            throw new IllegalArgumentException("rendezvous.per-peer is " + perPeer
                    + ", more than rendezvous.registrations, which is " + registrations);
        }
        if (defaultTtl.compareTo(leastTtl) < 0) {
            throw new IllegalArgumentException("rendezvous.default-ttl is " + defaultTtl
                    + ", less than rendezvous.least-ttl, which is " + leastTtl);
        }
        if (defaultTtl.compareTo(longestTtl) > 0) {
            throw new IllegalArgumentException("rendezvous.default-ttl is " + defaultTtl
                    + ", more than rendezvous.longest-ttl, which is " + longestTtl);
        }
    }

    /** The defaults, within the heap of this process. */
    public static RendezvousLimits ofThisProcess() {
        return DEFAULT.withinHeap(Runtime.getRuntime().maxMemory());
    }

    /**
     * As these, with no more registrations than take an eighth of a heap of this size: half of it for the records, and
     * half for all else. One peer has its registrations in any case.
     *
     * @param heap bytes that the heap may grow to, more than 0
     */
    public RendezvousLimits withinHeap(long heap) {
        long part = heap / PART_OF_HEAP;
        long all = Math.max(perPeer, part / REGISTRATION_BYTES);
        return withRegistrations((int) Math.min(registrations, all), perPeer)
                .withBytes(Math.min(bytes, Math.max(recordBytes, part)));
    }

    /** The same with other numbers of registrations. */
    public RendezvousLimits withRegistrations(int all, int ofOnePeer) {
        return new RendezvousLimits(
                all,
                ofOnePeer,
                bytes,
                recordBytes,
                namespaceBytes,
                results,
                messageBytes,
                discovered,
                points,
                leastTtl,
                defaultTtl,
                longestTtl,
                requests,
                requestsInAll,
                timeout);
    }

    /** The same with another bound of all records together. */
    public RendezvousLimits withBytes(long value) {
        return new RendezvousLimits(
                registrations,
                perPeer,
                value,
                recordBytes,
                namespaceBytes,
                results,
                messageBytes,
                discovered,
                points,
                leastTtl,
                defaultTtl,
                longestTtl,
                requests,
                requestsInAll,
                timeout);
    }

    /** The same with other rates. */
    public RendezvousLimits withRequests(int ofOnePeer, int all) {
        return new RendezvousLimits(
                registrations,
                perPeer,
                bytes,
                recordBytes,
                namespaceBytes,
                results,
                messageBytes,
                discovered,
                points,
                leastTtl,
                defaultTtl,
                longestTtl,
                ofOnePeer,
                all,
                timeout);
    }
}
