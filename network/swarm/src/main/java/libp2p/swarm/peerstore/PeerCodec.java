package libp2p.swarm.peerstore;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import libp2p.core.identity.IdentityLimits;
import libp2p.core.identity.PublicKey;
import libp2p.core.peer.Peerstore;
import libp2p.core.peer.Peerstore.DialHistory;
import libp2p.core.peer.Peerstore.Source;
import libp2p.core.protobuf.ProtobufReader;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.core.record.RecordLimits;
import libp2p.core.record.SignedEnvelope;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/**
 * The entry of a peer, as it stands on the disk. Moments are milliseconds of the wall clock. An address of a
 * peer that was connected lives, when it is read, as if the peer had just gone, and so does what the peer said of
 * itself; an address that a user gave for ever does so.
 */
final class PeerCodec {
    private static final int ADDRESS = 1;
    private static final int PROTOCOL = 2;
    private static final int METADATA = 3;
    private static final int KEY = 4;
    private static final int RECORD = 5;
    private static final int SEQUENCE = 6;

    private static final int ADDRESS_BYTES = 1;
    private static final int ADDRESS_SOURCE = 2;
    private static final int ADDRESS_CERTIFIED = 3;
    private static final int ADDRESS_EXPIRES = 4;
    private static final int ADDRESS_SUCCESS = 5;
    private static final int ADDRESS_FAILURE = 6;
    private static final int ADDRESS_FAILURES = 7;

    private static final int ENTRY_BYTES = 4 << 20;
    private static final int ENTRY_FIELDS = 10_000;
    private static final Source[] SOURCES = Source.values();

    private PeerCodec() {}

    static byte[] encode(PeerEntry entry, long now, Instant wallClock) {
        ProtobufWriter out = new ProtobufWriter();
        List<AddressSet.Saved> addresses = entry.addresses.saved(now);
        out.message(StoredPeer.SUMMARY, summary -> StoredPeer.summarize(summary, entry, addresses, now, wallClock));
        for (AddressSet.Saved each : addresses) {
            out.message(ADDRESS, address -> write(address, each, wallClock));
        }
        entry.protocols().forEach(protocol -> out.string(PROTOCOL, protocol));
        new TreeMap<>(entry.metadata())
                .forEach((key, value) ->
                        out.message(METADATA, pair -> pair.string(1, key).string(2, value)));
        PublicKey key = entry.key();
        if (key != null) {
            out.bytes(KEY, key.toProtobuf());
        }
        SignedEnvelope record = entry.record();
        if (record != null) {
            out.bytes(RECORD, record.toBytes()).uint64(SEQUENCE, entry.recordSequence());
        }
        return out.toByteArray();
    }

    private static void write(ProtobufWriter out, AddressSet.Saved address, Instant wallClock) {
        out.bytes(ADDRESS_BYTES, address.address().toBytes())
                .uint64(ADDRESS_SOURCE, address.source().ordinal())
                .bool(ADDRESS_CERTIFIED, address.certified());
        if (address.nanos() != Long.MAX_VALUE) {
            out.uint64(ADDRESS_EXPIRES, wallClock.plusNanos(address.nanos()).toEpochMilli());
        }
        DialHistory history = address.history();
        if (history.lastSuccess() != null) {
            out.uint64(ADDRESS_SUCCESS, history.lastSuccess().toEpochMilli());
        }
        if (history.lastFailure() != null) {
            out.uint64(ADDRESS_FAILURE, history.lastFailure().toEpochMilli());
        }
        if (history.failures() > 0) {
            out.uint64(ADDRESS_FAILURES, history.failures());
        }
    }

    /** @param read when the entry came from the disk: from then on what was connected has gone */
    static void decode(byte[] encoded, PeerEntry entry, PeerstoreLimits limits, StoredPeer.Moment read)
            throws IOException {
        ProtobufReader in = ProtobufReader.of("stored peer", encoded, ENTRY_BYTES, ENTRY_FIELDS);
        List<String> protocols = new ArrayList<>();
        byte[] record = null;
        long sequence = 0;
        while (in.next()) {
            switch (in.field()) {
                case ADDRESS -> {
                    AddressSet.Saved saved = readAddress(in.message("stored address"), limits, read.wallClock());
                    if (saved != null) {
                        entry.addresses.restore(saved, read.nanos());
                    }
                }
                case PROTOCOL -> protocols.add(in.string(4 * limits.protocolBytes()));
                case METADATA -> readMetadata(in.message("stored metadata"), entry, limits);
                case KEY -> entry.key(PublicKey.fromProtobuf(in.bytes(IdentityLimits.PUBLIC_KEY_BYTES)));
                case RECORD -> record = in.bytes(RecordLimits.ENVELOPE_BYTES);
                case SEQUENCE -> sequence = in.uint64();
                default -> in.skip();
            }
        }
        entry.claimsUntil(read.nanos() + Peerstore.RECENTLY_CONNECTED.toNanos());
        entry.protocols(protocols.stream().limit(limits.protocols()).toList());
        if (record != null && entry.addresses.hasCertified()) {
            entry.record(SignedEnvelope.fromBytes(record), sequence);
        }
    }

    private static void readMetadata(ProtobufReader in, PeerEntry entry, PeerstoreLimits limits) throws IOException {
        String key = "";
        String value = "";
        while (in.next()) {
            switch (in.field()) {
                case 1 -> key = in.string(4 * limits.metadataBytes());
                case 2 -> value = in.string(4 * limits.metadataBytes());
                default -> in.skip();
            }
        }
        entry.metadata(key, value, limits.metadata());
    }

    /** Null if its time is over. */
    private static AddressSet.@Nullable Saved readAddress(ProtobufReader in, PeerstoreLimits limits, Instant wallClock)
            throws IOException {
        byte[] bytes = {};
        Source source = Source.ROUTING;
        boolean certified = false;
        long expires = 0;
        Instant success = null;
        Instant failure = null;
        int failures = 0;
        while (in.next()) {
            switch (in.field()) {
                case ADDRESS_BYTES -> bytes = in.bytes(limits.addressBytes());
                case ADDRESS_SOURCE -> source = SOURCES[Math.clamp(in.uint64(), 0, SOURCES.length - 1)];
                case ADDRESS_CERTIFIED -> certified = in.bool();
                case ADDRESS_EXPIRES -> expires = in.uint64();
                case ADDRESS_SUCCESS -> success = Instant.ofEpochMilli(in.uint64());
                case ADDRESS_FAILURE -> failure = Instant.ofEpochMilli(in.uint64());
                case ADDRESS_FAILURES -> failures = Math.clamp(in.uint64(), 0, 1 << 30);
                default -> in.skip();
            }
        }
        long nanos = nanosLeft(expires, source, wallClock);
        DialHistory history =
                success == null && failure == null ? DialHistory.NONE : new DialHistory(success, failure, failures);
        return nanos <= 0 ? null : new AddressSet.Saved(Multiaddr.fromBytes(bytes), source, certified, nanos, history);
    }

    private static long nanosLeft(long expires, Source source, Instant wallClock) {
        if (expires == 0) {
            return source == Source.USER ? Long.MAX_VALUE : Peerstore.RECENTLY_CONNECTED.toNanos();
        }
        long millis = Math.clamp(
                expires - wallClock.toEpochMilli(), 0, Duration.ofDays(3650).toMillis());
        return Duration.ofMillis(millis).toNanos();
    }
}
