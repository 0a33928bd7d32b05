package libp2p.discovery.mdns;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import libp2p.core.event.HostEvent;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.discovery.mdns.dns.DnsMessage;
import libp2p.discovery.mdns.dns.DnsName;
import libp2p.discovery.mdns.dns.DnsRecord;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Subnet;
import org.jspecify.annotations.Nullable;

/**
 * The peers on the local networks, by the messages that were heard: a state machine without threads, clocks or sockets.
 * Not thread-safe.
 *
 * <p>An entry belongs to one name below the service: a peer and its addresses, each with the time for which it
 * holds. A name stays with the peer that it was first heard with. Where there are too many entries, one of those that
 * told most makes room, so that a host that invents names pushes out its own.
 *
 * <p>An address belongs to the sender at it, else to the first that tells of it: no other sender takes it back. After
 * the sender's goodbye it belongs to the next that tells of it, such as the same machine over IPv6, whose packets are
 * in no order with those over IPv4.
 */
final class Neighbours {
    private static final String PREFIX = "dnsaddr";
    private static final int PREFIX_DIGITS = 3;
    /** Records older than this end when a record arrives that replaces the others (RFC 6762 section 10.2). */
    private static final long SAME_TIME = Duration.ofSeconds(1).toNanos();
    /** Parts of the time for which an entry holds, after which it is asked for again (RFC 6762 section 5.2). */
    private static final double[] REFRESH = {0.8, 0.85, 0.9, 0.95};

    /** The statement about an address. */
    private static final class Told {
        InetAddress source;
        long heard;
        long until;
        /** Its sender has said goodbye. */
        boolean leaving;

        Told(InetAddress source, long heard, long until) {
            this.source = source;
            this.heard = heard;
            this.until = until;
        }
    }

    private static final class Entry {
        final PeerId peer;
        final InetAddress source;
        final Map<Multiaddr, Told> addresses = new LinkedHashMap<>();

        long heard;
        long until;
        int refreshes;

        Entry(PeerId peer, InetAddress source) {
            this.peer = peer;
            this.source = source;
        }

        /** Until when one of its addresses holds. */
        long latest(long now) {
            return addresses.values().stream()
                    .mapToLong(told -> told.until)
                    .max()
                    .orElse(now);
        }

        /** Forgets the oldest address of the source that has told most; whether that was more than this one has told. */
        boolean makeRoom(InetAddress by) {
            Map<InetAddress, Integer> counts = new HashMap<>();
            addresses.values().forEach(told -> counts.merge(told.source, 1, Integer::sum));
            InetAddress loud = Collections.max(counts.entrySet(), Map.Entry.comparingByValue())
                    .getKey();
            if (counts.getOrDefault(loud, 0) <= counts.getOrDefault(by, 0) + 1) {
                return false;
            }
            return addresses.entrySet().stream()
                    .filter(one -> one.getValue().source.equals(loud))
                    .min(Comparator.comparingLong(one -> one.getValue().heard))
                    .map(one -> addresses.remove(one.getKey()))
                    .isPresent();
        }

        long refreshAt() {
            return refreshes >= REFRESH.length ? Long.MAX_VALUE : heard + (long) ((until - heard) * REFRESH[refreshes]);
        }
    }

    private final DnsName service;
    private final PeerId self;
    private final MdnsLimits limits;
    private final Map<DnsName, Entry> entries = new LinkedHashMap<>();

    Neighbours(DnsName service, PeerId self, MdnsLimits limits) {
        this.service = service;
        this.self = self;
        this.limits = limits;
    }

    /** The number of names that are known. */
    int size() {
        return entries.size();
    }

    /**
     * The outcome of an answer.
     *
     * @param changes in this order
     * @param peers that it was about, with all that is known of them
     */
    record Heard(List<HostEvent> changes, List<PeerAddress> peers) {}

    /**
     * Takes an answer.
     *
     * @param source address of the sender
     * @param now nanoseconds
     */
    Heard received(DnsMessage answer, InetAddress source, long now) {
        Map<DnsName, Long> pointed = new LinkedHashMap<>();
        for (DnsRecord record : answer.answers()) {
            if (record.name().equals(service)
                    && record.data() instanceof DnsRecord.Pointer pointer
                    && pointed.size() < limits.instancesPerSource()) {
                pointed.put(pointer.target(), record.ttl());
            }
        }
        List<HostEvent> changes = new ArrayList<>();
        Set<PeerId> peers = new LinkedHashSet<>();
        pointed.forEach((name, ttl) -> {
            Entry entry = entries.get(name);
            if (ttl == 0 && entry != null) {
                leaves(entry, source, now);
            }
        });
        Set<DnsName> flushed = new HashSet<>();
        for (DnsRecord record : both(answer)) {
            if (record.data() instanceof DnsRecord.Text text) {
                Long pointerTtl = pointed.get(record.name());
                if (pointerTtl != null || entries.containsKey(record.name())) {
                    long ttl = pointerTtl == null ? record.ttl() : Math.min(pointerTtl, record.ttl());
                    boolean replaces = record.flush() && flushed.add(record.name());
                    told(record.name(), text, ttl, replaces, source, now, changes);
                    Entry entry = entries.get(record.name());
                    if (entry != null && ttl > 0) {
                        peers.add(entry.peer);
                    }
                }
            }
        }
        return new Heard(
                changes,
                peers.stream().map(id -> PeerAddress.of(id, addresses(id))).toList());
    }

    private static List<DnsRecord> both(DnsMessage answer) {
        List<DnsRecord> both = new ArrayList<>(answer.answers());
        both.addAll(answer.additionals());
        return both;
    }

    /** Goodbye of a sender: in a second it is over, unless it is said otherwise before (RFC 6762 section 10.1). */
    private static void leaves(Entry entry, InetAddress source, long now) {
        long end = now + SAME_TIME;
        boolean isOver = true;
        for (Told told : entry.addresses.values()) {
            if (told.source.equals(source)) {
                told.until = Math.min(told.until, end);
                told.leaving = true;
            }
            isOver &= told.until <= end;
        }
        if (isOver) {
            entry.until = Math.min(entry.until, end);
            entry.refreshes = REFRESH.length;
        }
    }

    private void told(
            DnsName name,
            DnsRecord.Text text,
            long ttl,
            boolean replaces,
            InetAddress source,
            long now,
            List<HostEvent> changes) {
        Entry entry = entries.get(name);
        if (ttl == 0) {
            if (entry != null) {
                leaves(entry, source, now);
            }
            return;
        }
        long holds =
                Math.min(Duration.ofSeconds(ttl).toNanos(), limits.longestTtl().toNanos());
        boolean isNew = false;
        for (String string : text.strings()) {
            PeerAddress told = addressIn(string, source);
            PeerId peer = told == null ? null : told.peer();
            if (told == null || peer == null || peer.equals(self)) {
                continue;
            }
            if (entry == null) {
                entry = admit(name, peer, source, changes);
                if (entry == null) {
                    return;
                }
            }
            if (!entry.peer.equals(peer)) {
                continue;
            }
            if (replaces) {
                replaces = false;
                entry.addresses.values().removeIf(one -> one.source.equals(source) && now - one.heard > SAME_TIME);
            }
            isNew |= put(entry, told.addresses().getFirst(), source, now, now + holds);
        }
        if (entry != null && !entry.addresses.isEmpty()) {
            entry.heard = now;
            entry.until = entry.latest(now);
            entry.refreshes = 0;
            if (isNew) {
                changes.add(new PeerDiscovered(entry.peer, addresses(entry.peer)));
            }
        }
    }

    /** Whether the address was not known. */
    private boolean put(Entry entry, Multiaddr address, InetAddress source, long now, long until) {
        Told known = entry.addresses.get(address);
        if (known != null) {
            boolean becomesSender = known.leaving || source.equals(address.ip());
            known.source = becomesSender ? source : known.source;
            known.leaving = false;
            known.until = Math.max(known.until, until);
            known.heard = now;
            return false;
        }
        if (entry.addresses.size() >= limits.addresses() && !entry.makeRoom(source)) {
            return false;
        }
        entry.addresses.put(address, new Told(source, now, until));
        return true;
    }

    /**
     * {@code dnsaddr=…}, or {@code dnsaddr2=…} as py-libp2p numbers them; null for anything else, and for addresses
     * that lead nowhere, or out of the local network: a public one must be of the IP group of the sender.
     */
    private static @Nullable PeerAddress addressIn(String text, InetAddress source) {
        int equals = text.indexOf('=');
        if (!text.startsWith(PREFIX) || equals < PREFIX.length() || equals > PREFIX.length() + PREFIX_DIGITS) {
            return null;
        }
        for (int i = PREFIX.length(); i < equals; i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return null;
            }
        }
        try {
            PeerAddress address = PeerAddress.parse(text.substring(equals + 1));
            boolean useful = address.addresses().size() == 1
                    && ServiceRecords.isLocal(address.addresses().getFirst())
                    && isNear(address.addresses().getFirst(), source);
            return useful ? address : null;
        } catch (MalformedException e) {
            return null;
        }
    }

    private static boolean isNear(Multiaddr address, InetAddress source) {
        InetAddress ip = address.ip();
        Subnet group = ip == null ? null : Subnet.group(ip);
        return group == null || group.contains(source);
    }

    /** A place for one more name; null if its source has had enough, and all others have fewer. */
    private @Nullable Entry admit(DnsName name, PeerId peer, InetAddress source, List<HostEvent> changes) {
        Map<InetAddress, Integer> counts = new HashMap<>();
        entries.values().forEach(entry -> counts.merge(entry.source, 1, Integer::sum));
        int own = counts.getOrDefault(source, 0);
        if (own >= limits.instancesPerSource()) {
            return null;
        }
        if (entries.size() >= limits.instances()) {
            var most = counts.entrySet().stream().max(Map.Entry.comparingByValue());
            if (most.isEmpty() || most.get().getValue() <= own + 1) {
                return null;
            }
            InetAddress loud = most.get().getKey();
            DnsName leaving = entries.entrySet().stream()
                    .filter(entry -> entry.getValue().source.equals(loud))
                    .min(Comparator.comparingLong(entry -> entry.getValue().heard))
                    .orElseThrow()
                    .getKey();
            remove(leaving, changes);
        }
        Entry entry = new Entry(peer, source);
        entries.put(name, entry);
        return entry;
    }

    private void remove(DnsName name, List<HostEvent> changes) {
        Entry gone = entries.remove(name);
        if (gone != null && entries.values().stream().noneMatch(entry -> entry.peer.equals(gone.peer))) {
            changes.add(new PeerExpired(gone.peer));
        }
    }

    /** Forgets expired records; returns the changes. */
    List<HostEvent> expire(long now) {
        List<HostEvent> changes = new ArrayList<>();
        for (DnsName name : List.copyOf(entries.keySet())) {
            Entry entry = entries.get(name);
            if (entry != null) {
                entry.addresses.values().removeIf(told -> told.until <= now);
                if (entry.addresses.isEmpty()) {
                    remove(name, changes);
                }
            }
        }
        return changes;
    }

    /** Whether a peer is to be asked again now, lest it be forgotten; each such moment is told once. */
    boolean takeRefresh(long now) {
        boolean due = false;
        for (Entry entry : entries.values()) {
            while (entry.refreshAt() <= now) {
                entry.refreshes++;
                due = true;
            }
        }
        return due;
    }

    /** The next moment at which {@link #expire} or {@link #takeRefresh} has something to do. */
    long next() {
        long next = Long.MAX_VALUE;
        for (Entry entry : entries.values()) {
            next = Math.min(next, entry.refreshAt());
            for (Told told : entry.addresses.values()) {
                next = Math.min(next, told.until);
            }
        }
        return next;
    }

    /** The records that are known for more than half of their lifetime: they need not be told again. */
    List<DnsRecord> knownAnswers(long now, int most) {
        List<DnsRecord> known = new ArrayList<>();
        entries.forEach((name, entry) -> {
            long left = entry.until - now;
            if (known.size() < most && left > (entry.until - entry.heard) / 2) {
                long seconds = Duration.ofNanos(left).toSeconds();
                known.add(new DnsRecord(service, false, seconds, new DnsRecord.Pointer(name)));
            }
        });
        return known;
    }

    /**
     * The addresses of a peer that hold, of each sender in turn, so that those that one invents come before no other's; of
     * one sender those that were heard of first at the beginning.
     */
    List<Multiaddr> addresses(PeerId peer) {
        Map<InetAddress, Deque<Multiaddr>> bySource = new LinkedHashMap<>();
        for (Entry entry : entries.values()) {
            if (entry.peer.equals(peer)) {
                entry.addresses.forEach(
                        (address, told) -> bySource.computeIfAbsent(told.source, source -> new ArrayDeque<>())
                                .add(address));
            }
        }
        Set<Multiaddr> all = new LinkedHashSet<>();
        while (!bySource.isEmpty()) {
            bySource.values().forEach(addresses -> all.add(addresses.remove()));
            bySource.values().removeIf(Deque::isEmpty);
        }
        return List.copyOf(all);
    }

    /** All peers. */
    List<PeerAddress> peers() {
        Set<PeerId> ids = new LinkedHashSet<>();
        entries.values().forEach(entry -> ids.add(entry.peer));
        return ids.stream().map(id -> PeerAddress.of(id, addresses(id))).toList();
    }
}
