package libp2p.streams;

/**
 * The life of one stream, without threads, locks or bytes: what happened to it, and what follows. The owner guards it.
 *
 * <p>Each way ends for itself: ours when FIN was written, the other when FIN came. A reset, or the end of the
 * connection, ends both. A stream is <em>ended</em> when both ways have; it is <em>forgotten</em>, and its id dropped,
 * when nothing is left to be told to the remote peer either.
 */
public final class StreamState {
    /** Our way. */
    public enum Sending {
        /** Takes bytes. */
        OPEN,
        /** A write was cut short, so that no FIN may follow. */
        BROKEN,
        /** FIN goes out after what is queued. */
        FINISHING,
        /** FIN was written. */
        FINISHED
    }

    /** Reason that ended both ways at once. */
    public enum Abort {
        /** Neither end has given the stream up. */
        NONE,
        /** This end has reset it. */
        LOCAL_RESET,
        /** The remote has reset it. */
        REMOTE_RESET,
        /** It ended with its connection. */
        CONNECTION
    }

    private Sending sending = Sending.OPEN;
    private boolean remoteFinished;
    private boolean discarding;
    private Abort abort = Abort.NONE;
    private long code;
    private boolean announced;
    private boolean resetPending;

    /** @param announced whether the remote peer knows of the stream, as it does when it opened it */
    public StreamState(boolean announced) {
        this.announced = announced;
    }

    /** The stream was made known to the remote peer. */
    public void announce() {
        announced = true;
    }

    /** Our side has nothing more to say. Returns whether that is news, so that FIN is due. */
    public boolean finish() {
        if (abort != Abort.NONE || sending != Sending.OPEN) {
            return false;
        }
        sending = Sending.FINISHING;
        return true;
    }

    /** FIN was written. */
    public void finWritten() {
        sending = Sending.FINISHED;
    }

    /** A write was cut short. */
    public void breakSending() {
        if (sending == Sending.OPEN) {
            sending = Sending.BROKEN;
        }
    }

    /** FIN came. Returns whether that is news. */
    public boolean remoteFinish() {
        if (abort != Abort.NONE || remoteFinished) {
            return false;
        }
        remoteFinished = true;
        return true;
    }

    /** Bytes that arrive from now on are of no interest. Returns whether that is news. */
    public boolean discard() {
        boolean news = !discarding;
        discarding = true;
        return news;
    }

    /** Our side aborts. Returns whether that is news; a reset frame is due if {@link #resetPending} says so. */
    public boolean reset(long withCode) {
        if (isEnded()) {
            return false;
        }
        abort = Abort.LOCAL_RESET;
        code = withCode;
        resetPending = announced;
        return true;
    }

    /** The remote peer aborts. Returns whether that is news. */
    public boolean remoteReset(long withCode) {
        resetPending = false;
        if (isEnded()) {
            return false;
        }
        abort = Abort.REMOTE_RESET;
        code = withCode;
        return true;
    }

    /** The reset frame was written. */
    public void resetWritten() {
        resetPending = false;
    }

    /** The connection has ended. Returns whether that is news. */
    public boolean connectionEnd() {
        resetPending = false;
        if (isEnded()) {
            return false;
        }
        abort = Abort.CONNECTION;
        return true;
    }

    /** State of the sending half. */
    public Sending sending() {
        return sending;
    }

    /** The end that has given the stream up, if one has. */
    public Abort abort() {
        return abort;
    }

    /** The code of the reset. */
    public long code() {
        return code;
    }

    /** Whether the remote peer's last byte is known, and its bytes may still be read. */
    public boolean isRemoteFinished() {
        return remoteFinished;
    }

    /** Whether bytes that come are counted and thrown away, since there is no reader any more. */
    public boolean isDiscarding() {
        return discarding;
    }

    /** Whether bytes from the remote peer may still come, and are not refused. */
    public boolean isReceiving() {
        return abort == Abort.NONE && !remoteFinished;
    }

    /** Whether a reader may have the bytes that came, although the stream may have ended. */
    public boolean isReadable() {
        return !discarding && (abort == Abort.NONE || (remoteFinished && abort != Abort.LOCAL_RESET));
    }

    /** Whether the remote peer knows of this stream. */
    public boolean isAnnounced() {
        return announced;
    }

    /** Whether either side has reset it. */
    public boolean isReset() {
        return abort == Abort.LOCAL_RESET || abort == Abort.REMOTE_RESET;
    }

    /** Whether a reset frame is due. */
    public boolean resetPending() {
        return resetPending;
    }

    /** Whether both ways have ended. */
    public boolean isEnded() {
        return abort != Abort.NONE || (sending == Sending.FINISHED && remoteFinished);
    }

    /** Whether nothing more will come from the remote peer. */
    public boolean isRemoteOver() {
        return abort != Abort.NONE || remoteFinished;
    }

    /** Whether nothing more passes between the peers for this stream. */
    public boolean isForgotten() {
        return isEnded() && !resetPending;
    }
}
