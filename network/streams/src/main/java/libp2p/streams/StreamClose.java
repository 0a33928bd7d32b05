package libp2p.streams;

import org.jspecify.annotations.Nullable;

/**
 * The consequences of the end of a stream: its owner is told, its id is forgotten, its memory is given back when the
 * last byte has been read, and it does not linger for ever when only this side has closed it. Guarded by the stream's
 * lock.
 */
final class StreamClose {
    private static final long NOT_CLOSED = 0;
    /** A remote that takes less than one part of so many in the time that it is given is not waited for. */
    private static final int PARTS = 64;

    private final MuxerConnection<?> muxer;
    private final MuxerStream stream;
    private final StreamCore core;
    private long charged;
    private long closedSince = NOT_CLOSED;
    private int part;
    private int left;
    private boolean told;
    private volatile boolean forgotten;
    private @Nullable Runnable action;
    private @Nullable Runnable remoteAction;

    StreamClose(MuxerConnection<?> muxer, MuxerStream stream, StreamCore core, long charged) {
        this.muxer = muxer;
        this.stream = stream;
        this.core = core;
        this.charged = charged;
    }

    /** Charges more memory to the stream if the scope agrees. Needs the lock. */
    boolean tryCharge(long bytes) {
        if (forgotten || !muxer.memory().tryTakeMore(bytes)) {
            return false;
        }
        charged += bytes;
        return true;
    }

    /** See {@link libp2p.core.muxer.MuxedStream#onEnd}. Without the lock. */
    void onEnd(Runnable added) {
        core.lock.lock();
        try {
            if (!told) {
                action = chain(action, added);
                return;
            }
        } finally {
            core.lock.unlock();
        }
        muxer.readScope().runGuarded(added);
    }

    /** See {@link libp2p.core.connection.Stream#onRemoteEnd}. Without the lock. */
    void onRemoteEnd(Runnable added) {
        core.lock.lock();
        try {
            if (!core.state.isRemoteOver()) {
                remoteAction = chain(remoteAction, added);
                return;
            }
        } finally {
            core.lock.unlock();
        }
        muxer.readScope().runGuarded(added);
    }

    private Runnable chain(@Nullable Runnable earlier, Runnable added) {
        if (earlier == null) {
            return added;
        }
        return () -> {
            muxer.readScope().runGuarded(earlier);
            added.run();
        };
    }

    /** Whether the id of the stream is free again. Needs no lock. */
    boolean isForgotten() {
        return forgotten;
    }

    /** Draws the consequences of a change of state. Without the lock. */
    void settle() {
        Runnable due = null;
        boolean forget = false;
        core.lock.lock();
        try {
            if (remoteAction != null && core.state.isRemoteOver()) {
                muxer.readScope().runSoon(remoteAction);
                remoteAction = null;
            }
            if (core.state.isEnded() && !told) {
                told = true;
                due = action;
                action = null;
            }
            if (core.state.isForgotten()) {
                forget = !forgotten;
                forgotten = true;
                if (stream.unread() == 0) {
                    muxer.memory().giveBack(charged);
                    charged = 0;
                }
            }
        } finally {
            core.lock.unlock();
        }
        if (forget) {
            muxer.forget(stream);
        }
        if (due != null) {
            muxer.readScope().runGuarded(due);
        }
    }

    /** This side has closed the stream; returns whether it has to wait for the other. Needs the lock. */
    boolean beginLinger() {
        if (closedSince != NOT_CLOSED || core.state.isEnded()) {
            return false;
        }
        closedSince = core.environment.nanoTime();
        left = stream.sending.size();
        part = Math.ceilDiv(left, PARTS);
        return true;
    }

    /**
     * Bytes that were queued when the stream was closed have been sent. The time begins anew with each part of them,
     * and with the last: a remote that takes them byte by byte could keep the stream for months. Needs the lock.
     */
    void progress() {
        int now = stream.sending.size();
        if (closedSince != NOT_CLOSED && now < left && (now <= left - part || now == 0)) {
            left = now;
            closedSince = core.environment.nanoTime();
        }
    }

    /** Whether the stream was closed and has not ended. Needs the lock. */
    boolean isLingering() {
        return closedSince != NOT_CLOSED && !core.state.isEnded();
    }

    /** Whether a lingering stream has not got on for so long. Needs the lock. */
    boolean hasLingered(long now, long nanos) {
        return now - closedSince >= nanos;
    }
}
