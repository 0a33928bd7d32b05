package libp2p.simulator;

import org.jspecify.annotations.Nullable;

/** A piece of a TCP stream: on the way it is an event, in the receiver's buffer a part of the queue. */
final class Segment extends Event {
    private final Pipe pipe;
    final FrameKind kind;
    final byte[] bytes;
    int position;

    @Nullable
    Segment next;

    Segment(Pipe pipe, FrameKind kind, byte[] bytes) {
        this.pipe = pipe;
        this.kind = kind;
        this.bytes = bytes;
    }

    int remaining() {
        return bytes.length - position;
    }

    @Override
    void fire() {
        pipe.arrived(this);
    }
}
