package libp2p.muxers.mplex;

import java.io.IOException;
import java.nio.ByteBuffer;
import libp2p.core.connection.ErrorCode;
import libp2p.core.environment.Environment;
import libp2p.core.resource.LimitExceededException;
import libp2p.core.resource.ResourceScope;
import libp2p.core.security.SecureConnection;
import libp2p.muxers.MuxerLimits;
import libp2p.streams.ChunkPool;
import libp2p.streams.MuxerConnection;
import libp2p.streams.MuxerStream;
import libp2p.streams.RecordWriter;
import org.jspecify.annotations.Nullable;

/** A connection that speaks mplex: what each message means. */
final class MplexConnection extends MuxerConnection<MplexStream> implements FrameReader.Handler {
    private static final long STREAM_MEMORY = MplexStream.FIRST_BUFFER + MuxerLimits.MINIMUM_SEND_BUFFER;

    private final MuxerLimits limits;
    private final FrameReader frames = new FrameReader(this);
    private final Refusals refusals;
    private long nextId;

    MplexConnection(
            Environment environment,
            SecureConnection connection,
            ResourceScope scope,
            MuxerLimits limits,
            ChunkPool pool) {
        super(Mplex.PROTOCOL, environment, connection, scope, limits, pool, Integer.MAX_VALUE);
        this.limits = limits;
        this.refusals = new Refusals(limits.refusals().pending());
    }

    MplexConnection open() {
        start();
        return this;
    }

    /** The bounds of its streams. */
    MuxerLimits.Mplex own() {
        return limits.mplex();
    }

    @Override
    public long roundTripNanos() {
        return 0;
    }

    // ------------------------------------------------------------------ streams of this host

    @Override
    protected MplexStream create() throws LimitExceededException {
        if (nextId > Frame.LARGEST_ID) {
            throw new LimitExceededException(
                    Mplex.PROTOCOL, "streamId", nextId, Frame.LARGEST_ID, LimitExceededException.Side.LOCAL);
        }
        MplexStream stream = new MplexStream(this, nextId++, true, STREAM_MEMORY);
        announce(stream);
        return stream;
    }

    @Override
    protected long streamMemory() {
        return STREAM_MEMORY;
    }

    // ------------------------------------------------------------------ messages of the remote peer

    @Override
    protected void receive(ByteBuffer source) throws IOException {
        frames.receive(source);
    }

    @Override
    protected boolean isInsideFrame() {
        return frames.isInsideFrame();
    }

    @Override
    public @Nullable MuxerStream message(long header, long length) throws IOException {
        int flag = Frame.flag(header);
        long id = Frame.id(header);
        if (length > limits.mplex().message()) {
            throw violation("a message of " + length + " bytes, at most "
                    + limits.mplex().message() + " are accepted");
        }
        if (flag == Frame.NEW_STREAM) {
            opened(id, length);
            return null; // the name is skipped
        }
        if (flag > Frame.RESET_INITIATOR) {
            throw violation("flag " + flag + " is not known");
        }
        MplexStream stream = stream(MplexStream.key(id, !Frame.isFromInitiator(flag)));
        if (flag == Frame.MESSAGE_RECEIVER || flag == Frame.MESSAGE_INITIATOR) {
            return stream != null && stream.beginFrame(length) ? stream : null;
        }
        if (length > 0) {
            throw violation("a close or reset has a body of " + length + " bytes");
        }
        if (stream == null) {
            return null;
        }
        if (flag == Frame.CLOSE_RECEIVER || flag == Frame.CLOSE_INITIATOR) {
            stream.remoteFinish();
        } else {
            stream.remoteReset(ErrorCode.NONE);
        }
        return null;
    }

    private void opened(long id, long nameLength) throws IOException {
        if (nameLength > limits.mplex().name()) {
            throw violation("the name of stream " + id + " has " + nameLength + " bytes, at most "
                    + limits.mplex().name() + " are accepted");
        }
        if (chargeInbound() && admit(new MplexStream(this, id, false, STREAM_MEMORY))) {
            return;
        }
        if (!refusals.add(id)) {
            throw violation("more than " + limits.refusals().pending()
                    + " streams beyond the limits were opened without reading the refusals");
        }
        control(refusals);
    }

    // ------------------------------------------------------------------ the end says nothing

    @Override
    protected boolean goodbye(RecordWriter writer, long code) {
        return false; // mplex has no frame for it
    }

    @Override
    protected long violationCode() {
        return ErrorCode.NONE;
    }

    @Override
    protected long failureCode() {
        return ErrorCode.NONE;
    }
}
