package libp2p.swarm.peerstore;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import libp2p.core.peer.Peerstore.DialHistory;
import libp2p.core.peer.Peerstore.KnownAddress;
import libp2p.core.peer.Peerstore.Source;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/** The addresses of one peer with their expiry. Guarded by the lock of the peerstore. */
final class AddressSet {
    /** Bytes of heap that an address costs beside its own, about. */
    private static final int OVERHEAD = 136;

    private static final int HISTORY = 72;

    /**
     * An address as it is written down.
     *
     * @param nanos how long it lives on; {@code Long.MAX_VALUE} for ever
     */
    record Saved(Multiaddr address, Source source, boolean certified, long nanos, DialHistory history) {}

    private static final class Timed {
        final Multiaddr address;
        Source source;
        boolean certified;
        long expires;
        DialHistory history = DialHistory.NONE;

        Timed(Multiaddr address, Source source) {
            this.address = address;
            this.source = source;
        }
    }

    /** Trusted sources first, then what worked last. */
    private static final Comparator<Timed> BEST = Comparator.comparing((Timed timed) -> timed.source)
            .thenComparing(
                    timed -> timed.history.lastSuccess(), Comparator.nullsLast(Comparator.<Instant>reverseOrder()));

    /** The least trusted first, then what expires first. */
    private static final Comparator<Timed> WORST = Comparator.comparing(
                    (Timed timed) -> timed.source, Comparator.reverseOrder())
            .thenComparingLong(timed -> timed.expires);

    private final PeerstoreLimits limits;
    private final List<Timed> addresses = new ArrayList<>(2);

    AddressSet(PeerstoreLimits limits) {
        this.limits = limits;
    }

    void add(Multiaddr address, Source source, boolean certified, Duration lifetime, long now) {
        long expires = after(now, lifetime);
        if (address.isEmpty() || address.size() > limits.addressBytes() || expires <= now) {
            return;
        }
        Timed known = find(address);
        if (known == null) {
            known = new Timed(address, source);
            known.expires = expires;
            if (!makeRoom(known, now)) {
                return;
            }
            addresses.add(known);
        }
        if (source.ordinal() < known.source.ordinal()) {
            known.source = source;
        }
        known.certified |= certified;
        known.expires = Math.max(known.expires, expires);
    }

    /** In a full set a new address replaces a worse one, or is not taken. */
    private boolean makeRoom(Timed fresh, long now) {
        expire(now);
        if (addresses.size() < limits.addresses()) {
            return true;
        }
        Timed worst = addresses.stream().min(WORST).orElseThrow();
        return WORST.compare(worst, fresh) < 0 && addresses.remove(worst);
    }

    private @Nullable Timed find(Multiaddr address) {
        for (Timed candidate : addresses) {
            if (candidate.address.equals(address)) {
                return candidate;
            }
        }
        return null;
    }

    void replaceCertified(List<Multiaddr> replacement, Duration lifetime, long now) {
        Set<Multiaddr> kept = new HashSet<>(replacement);
        addresses.removeIf(timed -> timed.certified && !kept.contains(timed.address));
        replacement.forEach(address -> add(address, Source.SIGNED_RECORD, true, lifetime, now));
    }

    List<Saved> saved(long now) {
        expire(now);
        return addresses.stream()
                .map(timed -> new Saved(
                        timed.address,
                        timed.source,
                        timed.certified,
                        timed.expires == Long.MAX_VALUE ? Long.MAX_VALUE : timed.expires - now,
                        timed.history))
                .toList();
    }

    void restore(Saved saved, long now) {
        add(saved.address(), saved.source(), saved.certified(), Duration.ofNanos(saved.nanos()), now);
        Timed known = find(saved.address());
        if (known != null) {
            known.history = saved.history();
        }
    }

    /** Most trusted first. */
    List<KnownAddress> live(long now) {
        expire(now);
        return addresses.stream()
                .sorted(BEST)
                .map(timed -> new KnownAddress(timed.address, timed.source, timed.certified))
                .toList();
    }

    void dialed(Multiaddr address, boolean success, Instant at) {
        Timed known = find(address);
        if (known != null) {
            DialHistory before = known.history;
            known.history = success
                    ? new DialHistory(at, before.lastFailure(), 0)
                    : new DialHistory(before.lastSuccess(), at, Math.min(before.failures(), 1 << 30) + 1);
        }
    }

    DialHistory history(Multiaddr address) {
        Timed known = find(address);
        return known == null ? DialHistory.NONE : known.history;
    }

    /** Addresses that a user gave live on. */
    void shorten(Duration lifetime, long now) {
        long latest = after(now, lifetime);
        for (Timed timed : addresses) {
            if (timed.source != Source.USER) {
                timed.expires = Math.min(timed.expires, latest);
            }
        }
    }

    /** Whether an address lives for ever: the peer is connected, or a user gave it. */
    boolean isPinned() {
        for (Timed timed : addresses) { // asked at every change of a peer
            if (timed.expires == Long.MAX_VALUE) {
                return true;
            }
        }
        return false;
    }

    /** Whether this host has ever reached the peer at one of them. */
    boolean isReached() {
        for (Timed timed : addresses) {
            if (timed.history.lastSuccess() != null) {
                return true;
            }
        }
        return false;
    }

    /** Forgets the least trusted ones until they take no more than so many bytes. */
    void cut(int bytes) {
        while (weight() > bytes) {
            addresses.remove(addresses.stream().min(WORST).orElseThrow());
        }
    }

    boolean hasCertified() {
        for (Timed timed : addresses) { // asked at every look at a peer
            if (timed.certified) {
                return true;
            }
        }
        return false;
    }

    boolean isEmpty() {
        return addresses.isEmpty();
    }

    void clear() {
        addresses.clear();
    }

    void expire(long now) {
        addresses.removeIf(timed -> timed.expires <= now);
    }

    /** Bytes of heap, about. */
    int weight() {
        int weight = 0;
        for (Timed timed : addresses) {
            weight += OVERHEAD + timed.address.size() + (timed.history == DialHistory.NONE ? 0 : HISTORY);
        }
        return weight;
    }

    static long after(long now, Duration lifetime) {
        long nanos = lifetime.compareTo(Duration.ofNanos(Long.MAX_VALUE)) >= 0 ? Long.MAX_VALUE : lifetime.toNanos();
        long sum = now + nanos;
        return nanos == Long.MAX_VALUE || nanos > 0 && sum < 0 ? Long.MAX_VALUE : sum;
    }
}
