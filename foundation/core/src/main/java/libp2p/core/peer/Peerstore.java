package libp2p.core.peer;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import libp2p.core.identity.PeerId;
import libp2p.core.identity.PublicKey;
import libp2p.core.record.SignedEnvelope;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/**
 * The knowledge of this host about other peers. Thread-safe; no method blocks long. Bounded: the least useful is
 * forgotten.
 */
public interface Peerstore extends AutoCloseable {
    /** Lifetime of addresses while the peer is connected. */
    Duration CONNECTED = Duration.ofNanos(Long.MAX_VALUE);

    /** Lifetime of addresses after the peer has gone. */
    Duration RECENTLY_CONNECTED = Duration.ofMinutes(15);

    /** Lifetime of addresses that a peer mentioned. */
    Duration TEMPORARY = Duration.ofMinutes(2);

    /** Lifetime of addresses that a user gave. */
    Duration PERMANENT = CONNECTED;

    /** Source of an address of a peer. */
    enum Source {
        /** The application has named it. */
        USER,
        /** A record that the peer signed. */
        SIGNED_RECORD,
        /** The peer said so by identify, without a signature. */
        IDENTIFY,
        /** The peer was connected there. */
        CONNECTION,
        /** Other peers said so, for example those of the DHT. */
        ROUTING
    }

    /**
     * One known address of a peer.
     *
     * @param address without {@code /p2p}
     * @param source where it comes from
     * @param certified whether the peer signed it
     */
    record KnownAddress(Multiaddr address, Source source, boolean certified) {}

    /**
     * History of the dials of one address.
     *
     * @param lastSuccess on the wall clock, or null
     * @param lastFailure on the wall clock, or null
     * @param failures since the last success
     */
    record DialHistory(
            @Nullable Instant lastSuccess, @Nullable Instant lastFailure, int failures) {
        /** That of a peer that was never dialed. */
        public static final DialHistory NONE = new DialHistory(null, null, 0);
    }

    /** Adds addresses, or lengthens their lives; never shortens them. */
    void addAddresses(PeerId peer, List<Multiaddr> addresses, Source source, Duration lifetime);

    /** The addresses that have not expired, most trusted first. */
    List<KnownAddress> knownAddresses(PeerId peer);

    /** The addresses that have not expired, most trusted first. */
    default List<Multiaddr> addresses(PeerId peer) {
        return knownAddresses(peer).stream().map(KnownAddress::address).toList();
    }

    /** Notes how a dial of an address ended; nothing happens if the address is not known. */
    void dialed(PeerId peer, Multiaddr address, boolean success);

    /** History of the dials of an address; {@link DialHistory#NONE} if the address is not known. */
    DialHistory history(PeerId peer, Multiaddr address);

    /**
     * Limits the lives of the addresses of a peer that live longer, for example when it disconnects; and that of its
     * protocols, metadata and key, unless an address outlives them.
     */
    void expireAddresses(PeerId peer, Duration lifetime);

    /** Forgets the addresses of a peer. */
    void clearAddresses(PeerId peer);

    /**
     * Takes a peer record whose signature was verified, unless a newer one is known; its addresses replace the
     * certified ones.
     *
     * @return whether it was taken
     */
    default boolean consume(SignedEnvelope envelope, Duration lifetime) {
        return consume(envelope, lifetime, address -> true);
    }

    /** As {@link #consume(SignedEnvelope, Duration)}, with those of its addresses alone that are wanted. */
    boolean consume(SignedEnvelope envelope, Duration lifetime, Predicate<Multiaddr> wanted);

    /** The newest signed record of a peer, or null. */
    @Nullable
    SignedEnvelope record(PeerId peer);

    /** The public key, from the id itself if it holds one; else null. */
    @Nullable
    PublicKey publicKey(PeerId peer);

    /** @throws IllegalArgumentException if the key is not the one of the peer */
    void addKey(PeerId peer, PublicKey key);

    /** The protocols the peer said it speaks, sorted; empty if it has said nothing. */
    List<String> protocols(PeerId peer);

    /** Replaces the protocols; more than the limit are cut off. */
    void setProtocols(PeerId peer, List<String> protocols);

    /** A value that a service stored, for example {@code "agent"}, or null. */
    @Nullable
    String metadata(PeerId peer, String key);

    /** Stores a value; bounded in number and length. */
    void putMetadata(PeerId peer, String key, String value);

    /** Every peer about which something is known, sorted. */
    List<PeerId> peers();

    /** Forgets a peer. */
    void remove(PeerId peer);

    @Override
    void close();
}
