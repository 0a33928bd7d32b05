package libp2p.quic.recovery;

/**
 * For how long the remote has been heard while it acknowledged nothing, though it was asked to. Each packet of the
 * remote adds the time since the one before, up to a bound: a remote that comes back after a silence, as a telephone
 * out of a tunnel, has most of its time still before it. Of every connection there is one, which is not thread-safe.
 */
public final class UnansweredTime {
    private long nanos;
    private long heard;
    private boolean asked;

    /**
     * A packet of the remote was processed.
     *
     * @param awaited whether packets are in flight that ask for an acknowledgement
     * @param most of the time since the last packet that counts, in nanoseconds
     */
    public void received(boolean awaited, long most, long now) {
        nanos = awaited && asked ? nanos + Math.min(now - heard, most) : 0;
        heard = now;
        asked = awaited;
    }

    /** The remote has acknowledged what it had not acknowledged before. */
    public void acknowledged() {
        nanos = 0;
        asked = false;
    }

    /** The time so far, in nanoseconds. */
    public long nanos() {
        return nanos;
    }
}
