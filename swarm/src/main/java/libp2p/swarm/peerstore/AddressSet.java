package libp2p.swarm.peerstore;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import libp2p.core.peer.Peerstore.KnownAddress;
import libp2p.core.peer.Peerstore.Source;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/** The addresses of one peer with their expiry; guarded by the lock of the peerstore. */
final class AddressSet {
    private static final class Timed {
        final Multiaddr address;
        Source source;
        boolean certified;
        long expires;

        Timed(Multiaddr address, Source source) {
            this.address = address;
            this.source = source;
        }
    }

    private final MemoryPeerstore.Limits limits;
    private final List<Timed> addresses = new ArrayList<>(2);

    AddressSet(MemoryPeerstore.Limits limits) {
        this.limits = limits;
    }

    void add(Multiaddr address, Source source, boolean certified, Duration lifetime, long now) {
        if (address.size() > limits.addressBytes() || address.isEmpty()) {
            return;
        }
        Timed known = find(address);
        if (known == null) {
            expire(now);
            if (addresses.size() >= limits.addresses()) {
                addresses.remove(soonestToExpire());
            }
            known = new Timed(address, source);
            addresses.add(known);
        }
        if (source.ordinal() < known.source.ordinal()) {
            known.source = source;
        }
        known.certified |= certified;
        known.expires = Math.max(known.expires, after(now, lifetime));
    }

    private @Nullable Timed find(Multiaddr address) {
        for (Timed candidate : addresses) {
            if (candidate.address.equals(address)) {
                return candidate;
            }
        }
        return null;
    }

    private Timed soonestToExpire() {
        return addresses.stream()
                .min(Comparator.comparingLong(timed -> timed.expires))
                .orElseThrow();
    }

    void replaceCertified(List<Multiaddr> replacement, Duration lifetime, long now) {
        addresses.removeIf(timed -> timed.certified && !replacement.contains(timed.address));
        replacement.forEach(address -> add(address, Source.SIGNED_RECORD, true, lifetime, now));
    }

    /** Most trusted first. */
    List<KnownAddress> live(long now) {
        expire(now);
        return addresses.stream()
                .sorted(Comparator.comparing((Timed timed) -> timed.source))
                .map(timed -> new KnownAddress(timed.address, timed.source, timed.certified))
                .toList();
    }

    void shorten(Duration lifetime, long now) {
        long latest = after(now, lifetime);
        addresses.stream()
                .filter(timed -> timed.source != Source.USER)
                .forEach(timed -> timed.expires = Math.min(timed.expires, latest));
    }

    boolean isConnected() {
        return addresses.stream().anyMatch(timed -> timed.expires == Long.MAX_VALUE);
    }

    void clear() {
        addresses.clear();
    }

    private void expire(long now) {
        addresses.removeIf(timed -> timed.expires <= now);
    }

    private static long after(long now, Duration lifetime) {
        long nanos = lifetime.compareTo(Duration.ofNanos(Long.MAX_VALUE)) >= 0 ? Long.MAX_VALUE : lifetime.toNanos();
        long sum = now + nanos;
        return sum < 0 || nanos == Long.MAX_VALUE ? Long.MAX_VALUE : sum;
    }
}
