package libp2p.exchange.bitswap;

import java.time.Duration;

/**
 * Every bound of Bitswap.
 *
 * @param messageBytes of the longest message that is read
 * @param messageEntries fields of a message that is read: entries, blocks, presences
 * @param blockBytes of the largest block that is sent or taken
 * @param replyBytes after which no further block is added to a message that is sent
 * @param wantsPerPeer wants that are kept for a peer
 * @param cidBytes of the longest CID that is looked at
 * @param inlineBytes blocks up to this size are sent to who only asked whether they are here
 * @param serving peers that are being sent blocks at the same time
 * @param outstanding blocks that a session asks one peer for at the same time
 * @param wanted blocks that a session asks for at the same time
 * @param sessionPeers peers that a session knows at the same time
 * @param unstored bytes of blocks that have arrived and that the store has not taken yet; 32 times as much may be
 *     on its way to the disk
 * @param unasked blocks that nobody asked for that are borne from a peer
 * @param sendTimeout for one message that is sent, and for one that comes, from its first byte to its last
 * @param idle how long an incoming stream may be silent
 * @param silence after which a peer that owes blocks is passed over
 * @param sendRate bytes of blocks that are given away in a second, to all peers together; positive
 * @param search how long a session waits without progress before it looks for providers, and between searches
 * @param providers that are taken from one search
 * @param banned how long a peer that sent wrong bytes is left alone
 */
public record BitswapLimits(
        int messageBytes,
        int messageEntries,
        int blockBytes,
        int replyBytes,
        int wantsPerPeer,
        int cidBytes,
        int inlineBytes,
        int serving,
        int outstanding,
        int wanted,
        int sessionPeers,
        int unstored,
        int unasked,
        Duration sendTimeout,
        Duration idle,
        Duration silence,
        long sendRate,
        Duration search,
        int providers,
        Duration banned) {
    /**
     * Checks what would stop every answer.
     *
     * @throws IllegalArgumentException if the rate or the length of a message is not positive
     */
    public BitswapLimits {
        if (sendRate <= 0 || replyBytes <= 0) {
            throw new IllegalArgumentException(
                    "bitswap: sendRate and replyBytes are positive, not " + sendRate + " and " + replyBytes);
        }
    }

    /** As boxo has them where it has them. */
    public static final BitswapLimits DEFAULT = new BitswapLimits(
            4 << 20,
            16_384,
            2 << 20,
            1 << 20,
            1024,
            168,
            1024,
            16,
            256,
            4096,
            1024,
            1 << 20,
            16,
            Duration.ofMinutes(2),
            Duration.ofMinutes(5),
            Duration.ofSeconds(5),
            Long.MAX_VALUE,
            Duration.ofSeconds(1),
            10,
            Duration.ofHours(1));

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
                unstored,
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
