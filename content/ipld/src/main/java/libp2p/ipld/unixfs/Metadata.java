package libp2p.ipld.unixfs;

/**
 * The metadata of a UnixFS file beside its content.
 *
 * @param mode permissions, of which the lowest 12 bits count when reading; −1 if it is not told
 * @param hasTime whether the time of the last change is told
 * @param seconds of that time since 1970, also negative
 * @param nanos of that time, 0 to 999,999,999
 */
public record Metadata(long mode, boolean hasTime, long seconds, int nanos) {
    /** Nothing is told. */
    public static final Metadata NONE = new Metadata(-1, false, 0, 0);

    public Metadata {
        if (nanos < 0 || nanos > 999_999_999) {
            throw new IllegalArgumentException(nanos + " nanoseconds are none of a second");
        }
    }

    /** With a mode. */
    public Metadata withMode(long value) {
        return new Metadata(value, hasTime, seconds, nanos);
    }

    /** With the time of the last change. */
    public Metadata withTime(long wholeSeconds, int nanosOfSecond) {
        return new Metadata(mode, true, wholeSeconds, nanosOfSecond);
    }

    /** Whether anything is told. */
    public boolean isPresent() {
        return hasTime || mode >= 0;
    }

    /** The permissions of the mode, 0 to 07777; −1 if no mode is told. */
    public int permissions() {
        return mode < 0 ? -1 : (int) mode & 07777;
    }
}
