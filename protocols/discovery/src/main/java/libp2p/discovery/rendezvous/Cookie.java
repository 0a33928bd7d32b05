package libp2p.discovery.rendezvous;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NavigableMap;
import java.util.random.RandomGenerator;
import libp2p.discovery.rendezvous.Registrations.Entry;
import libp2p.discovery.rendezvous.Registrations.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * How far the answers to an asker have come. On the wire it is eight bytes and the namespace, as rust-libp2p wants to find
 * it. An invented one gets no more than a question without a cookie.
 *
 * <p>The registrations are a ring, and the first answer begins at a random place of it: {@link Up} to the newest, then
 * {@link Round} from the oldest to the start, and then {@link After}, what has come since. The start is a share of the ring: a
 * registration next to it may be told twice or not at all if others come or go meanwhile.
 */
sealed interface Cookie {
    /** The registrations with greater numbers are yet to be told: those that have come since. */
    record After(long number) implements Cookie {
        @Override
        public Cookie read(NavigableMap<Long, Entry> from, PageBuilder page, long next) {
            long full = page.fill(from.tailMap(number, false), number);
            return new After(full >= 0 ? full : Math.max(number, next - 1));
        }

        @Override
        public long toLong() {
            return number;
        }
    }

    /**
     * On the way from the start to the newest.
     *
     * @param start the place on the ring, below {@link #PLACES}
     * @param number of the last that was told; -1 for none
     */
    record Up(int start, long number) implements Cookie {
        @Override
        public Cookie read(NavigableMap<Long, Entry> from, PageBuilder page, long next) {
            long first = number < 0 ? first(from, start) - 1 : number;
            long full = page.fill(from.tailMap(first, false), first);
            return full >= 0 ? new Up(start, full) : new Round(start, next - 1, -1).read(from, page, next);
        }

        @Override
        public long toLong() {
            return Long.MIN_VALUE | (long) start << START_AT | number;
        }
    }

    /**
     * On the way from the oldest to the start.
     *
     * @param start the place on the ring, below {@link #PLACES}
     * @param newest at which the way from the start has ended
     * @param number of the last that was told; -1 for none
     */
    record Round(int start, long newest, long number) implements Cookie {
        @Override
        public Cookie read(NavigableMap<Long, Entry> from, PageBuilder page, long next) {
            NavigableMap<Long, Entry> known = from.headMap(newest, true);
            long end = known.isEmpty() ? 0 : first(known, start);
            long full = end <= number ? -1 : page.fill(known.subMap(number, false, end, false), number);
            return full >= 0 || page.isFull()
                    ? new Round(start, newest, Math.max(full, number))
                    : new After(newest).read(from, page, next);
        }

        @Override
        public long toLong() {
            long distance = Math.min(newest - number, FARTHEST);
            long low = newest & (1L << NEWEST_BITS) - 1;
            return Long.MIN_VALUE | ROUND | (long) start << START_AT | low << DISTANCE_BITS | distance;
        }
    }

    /** Places of the ring at which answers begin. */
    int PLACES = 4_095;
    /** The bit that tells {@link Round} from {@link Up}. */
    long ROUND = 1L << 62;
    /** The first bit of the start. */
    int START_AT = 50;
    /** The bits of the newest; an asker comes back before there are so many more registrations. */
    int NEWEST_BITS = 23;
    /** Bits for how far the last that was told is behind the newest. */
    int DISTANCE_BITS = 27;
    /** How far that may be: the registrations of a day at the highest rate. */
    long FARTHEST = (1L << DISTANCE_BITS) - 1;

    /** Tells registrations until the page is full; returns how far that came. */
    Cookie read(NavigableMap<Long, Entry> from, PageBuilder page, long next);

    /** The first eight bytes. */
    long toLong();

    /** All registrations, from a random place on. */
    static Cookie begin(NavigableMap<Long, Entry> from, RandomGenerator random) {
        return from.isEmpty() ? new After(-1) : new Up(random.nextInt(PLACES), -1);
    }

    /** The number of the first registration at a place of the ring. */
    private static long first(NavigableMap<Long, Entry> ring, int place) {
        Iterator<Long> numbers = ring.keySet().iterator();
        long number = numbers.next();
        for (long before = (long) ring.size() * place / PLACES; before > 0 && numbers.hasNext(); before--) {
            number = numbers.next();
        }
        return number;
    }

    /** The bytes for the asker. */
    default byte[] encode(@Nullable String namespace) {
        byte[] name = namespace == null ? new byte[0] : namespace.getBytes(UTF_8);
        return ByteBuffer.allocate(Long.BYTES + name.length)
                .putLong(toLong())
                .put(name)
                .array();
    }

    /**
     * Reads a cookie.
     *
     * @param next the number that no registration has yet
     * @throws Refusal if it cannot have been given for the namespace
     */
    static Cookie decode(byte[] bytes, @Nullable String namespace, long next) throws Refusal {
        Cookie cookie =
                bytes.length < Long.BYTES ? null : of(ByteBuffer.wrap(bytes).getLong(), next);
        if (cookie == null || !Arrays.equals(bytes, cookie.encode(namespace))) {
            throw new Refusal(Status.INVALID_COOKIE, "this cookie was not given for that namespace");
        }
        return cookie;
    }

    private static @Nullable Cookie of(long value, long next) {
        if (value >= -1) {
            return value < next ? new After(value) : null;
        }
        int start = (int) (value >>> START_AT & PLACES);
        if (start >= PLACES) {
            return null;
        }
        if ((value & ROUND) == 0) {
            long number = value & (1L << START_AT) - 1;
            return number < next ? new Up(start, number) : null;
        }
        long low = value >>> DISTANCE_BITS & (1L << NEWEST_BITS) - 1;
        long newest = next - 1 - ((next - 1 - low) & (1L << NEWEST_BITS) - 1);
        return newest < 0 ? null : new Round(start, newest, Math.max(-1, newest - (value & FARTHEST)));
    }
}
