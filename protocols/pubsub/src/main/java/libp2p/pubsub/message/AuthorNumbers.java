package libp2p.pubsub.message;

import java.nio.ByteBuffer;
import java.util.function.LongSupplier;
import libp2p.core.identity.PeerId;
import libp2p.pubsub.rpc.Message;
import org.jspecify.annotations.Nullable;

/**
 * Tells a message that was sent again after its id was forgotten: its number is not above that of a message of the same
 * author whose id was forgotten in its time. The numbers of go-libp2p, rust-libp2p and this project begin with the clock
 * at the start of a host, in nanoseconds since 1970, and grow from there. Of an author with a number that is no such
 * time nothing can be told: js-libp2p draws its numbers. Not thread-safe.
 */
public final class AuthorNumbers {
    /** Bytes of a number. */
    private static final int BYTES = 8;
    /** The beginning of 2015: no number of a clock is earlier. */
    private static final long EARLIEST = 1_420_070_400_000_000_000L;
    /** By so much the clock of an author may be ahead. */
    private static final long AHEAD = 600_000_000_000L;

    /** One author. */
    public static final class Author {
        private final PeerId owner;
        /** The highest number whose message is forgotten. */
        private long forgotten;

        private boolean isOrdered = true;

        private Author(PeerId owner) {
            this.owner = owner;
        }

        /** The id of a message of this author is forgotten because its time is over. */
        public void forget(long number) {
            forgotten = Math.max(forgotten, number);
        }
    }

    private final ChargedMap<ByteBuffer, Author> authors;
    private final LongSupplier clock;

    /**
     * @param most authors, each charged to the peer that brought its first message
     * @param clock nanoseconds since 1970
     */
    public AuthorNumbers(int most, LongSupplier clock) {
        this.authors = new ChargedMap<>(most, author -> author.owner);
        this.clock = clock;
    }

    /** The number of a message; 0 where it has none. */
    public static long number(Message message) {
        byte[] number = message.sequence();
        return number == null || number.length != BYTES
                ? 0
                : ByteBuffer.wrap(number).getLong();
    }

    /** Whether a message, whose id is not known, was there before. */
    public boolean isOld(Message message) {
        byte[] from = message.from();
        Author author = from == null || message.signature() == null ? null : authors.get(ByteBuffer.wrap(from));
        long number = number(message); // below 0 where it is above every time of a clock
        return author != null && author.isOrdered && number > 0 && number <= author.forgotten;
    }

    /**
     * Takes note of a message whose signature holds.
     *
     * @return its author, or null where nothing can be told of it
     */
    public @Nullable Author note(Message message, PeerId owner) {
        byte[] from = message.from();
        if (from == null || message.signature() == null) { // perhaps another has written it
            return null;
        }
        ByteBuffer key = ByteBuffer.wrap(from);
        Author author = authors.get(key);
        if (author == null) {
            author = new Author(owner);
            authors.add(key, author);
        }
        long number = number(message);
        author.isOrdered &= number >= EARLIEST && number <= clock.getAsLong() + AHEAD;
        return author.isOrdered ? author : null;
    }
}
