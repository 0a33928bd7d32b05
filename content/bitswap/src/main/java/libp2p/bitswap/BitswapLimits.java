package libp2p.bitswap;

import java.time.Duration;
import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;
import libp2p.core.limits.LimitGroup;

/** Every bound of Bitswap. */
@LimitGroup("bitswap")
public record BitswapLimits(
        @Bound(
                value = "4MiB",
                least = "1KiB",
                most = "1GiB",
                unit = "bytes",
                is = "in one message that is read; a longer one ends its stream")
        int messageBytes,

        @Bound(
                value = "16384",
                least = "1",
                most = "10000000",
                unit = "entries",
                is =
                        "of five fields (wants, blocks, presences) in one message that is read; one with more ends its stream")
        int messageEntries,

        @Bound(
                value = "2MiB",
                least = "1",
                most = "1GiB",
                unit = "bytes",
                is = "in one block; a larger one is not sent, and a message with one ends its stream")
        int blockBytes,

        @Bound(
                value = "1MiB",
                least = "1",
                most = "3MiB",
                unit = "bytes",
                is =
                        "of blocks in a message that is sent, unless the first is larger; other implementations read 4 MiB")
        int replyBytes,

        @Bound(
                value = "1024",
                least = "1",
                most = "16384",
                unit = "wants",
                is =
                        "of one peer that are kept, beyond which the least urgent are dropped; a message of this host names no more")
        int wantsPerPeer,

        @Bound(
                value = "168",
                least = "36",
                most = "168",
                unit = "bytes",
                is =
                        "in the CID of a want, which is passed over if it is longer, and in the prefix of a block, which is refused")
        int cidBytes,

        @Bound(
                value = "1KiB",
                least = "0",
                most = "1GiB",
                unit = "bytes",
                is =
                        "in a block that is sent at once to a peer that only asked whether it is here; 0: only an empty one")
        int inlineBytes,

        @Bound(
                value = "16",
                least = "1",
                most = "100000",
                unit = "peers",
                is = "for which blocks are read at a time; further ones wait")
        int serving,

        @Bound(
                value = "256",
                least = "1",
                most = "100000",
                unit = "blocks",
                is = "that a session asks of one peer at a time; further ones wait")
        int outstanding,

        @Bound(
                value = "4096",
                least = "1",
                most = "10000000",
                unit = "blocks",
                is = "wanted by a session at a time, beyond which it fetches none ahead")
        int wanted,

        @Bound(
                value = "1024",
                least = "1",
                most = "100000",
                unit = "peers",
                is = "that a session asks; further ones are left out")
        int sessionPeers,

        @Bound(
                value = "1MiB",
                least = "1",
                most = "1GiB",
                unit = "bytes",
                is =
                        "of blocks that the store has not taken, beyond which peers have to wait; 32 times as many may be on their way to the disk")
        int unstoredBytes,

        @Bound(
                value = "16MiB",
                least = "0",
                most = "1GiB",
                unit = "bytes",
                is =
                        "of blocks that came ahead of the readers of all sessions, kept for them; those beyond are read from the store again")
        int unreadBytes,

        @Bound(
                value = "16",
                least = "0",
                most = "1000000",
                unit = "blocks",
                is = "that one peer may send without being asked for them; with one more it is left alone for a while")
        int unasked,

        @Bound(
                value = "2m",
                least = "1ms",
                most = "1d",
                is = "for one message from its first byte to its last, sent or read; then its stream fails")
        Duration sendTimeout,

        @Bound(
                value = "5m",
                least = "1ms",
                most = "7d",
                is = "for which a stream that a peer has opened may be silent, after which it ends")
        Duration idle,

        @Bound(
                value = "5s",
                least = "1ms",
                most = "1d",
                is = "for which a peer may owe blocks and be silent, after which others are asked")
        Duration silence,

        @Bound(
                value = "unlimited",
                least = "1",
                most = "unlimited",
                unit = "bytes a second",
                is = "of blocks that are sent to all peers together; further ones wait")
        long sendRate,

        @Bound(
                value = "1s",
                least = "10ms",
                most = "1m",
                is =
                        "without progress before a session searches for providers; doubled from search to search, up to a minute")
        Duration search,

        @Bound(value = "10", least = "1", most = "1000", unit = "providers", is = "that are taken from one search")
        int providers,

        @Bound(
                value = "1h",
                least = "1ms",
                most = "365d",
                is = "for which a peer is left alone that sent wrong or unwanted blocks")
        Duration banned) {
    public BitswapLimits {
        Bounds.check(
                BitswapLimits.class,
                messageBytes,
                messageEntries,
                blockBytes,
                replyBytes,
                wantsPerPeer,
                cidBytes,
                inlineBytes,
                serving,
                outstanding,
                wanted,
                sessionPeers,
                unstoredBytes,
                unreadBytes,
                unasked,
                sendTimeout,
                idle,
                silence,
                sendRate,
                search,
                providers,
                banned);
    }

    /** As boxo has them where it has them. */
    public static final BitswapLimits DEFAULT = Bounds.defaults(BitswapLimits.class);

    /** With another number of bytes a second for all peers together. */
    public BitswapLimits withSendRate(long value) {
        return new BitswapLimits(
                messageBytes,
                messageEntries,
                blockBytes,
                replyBytes,
                wantsPerPeer,
                cidBytes,
                inlineBytes,
                serving,
                outstanding,
                wanted,
                sessionPeers,
                unstoredBytes,
                unreadBytes,
                unasked,
                sendTimeout,
                idle,
                silence,
                value,
                search,
                providers,
                banned);
    }
}
