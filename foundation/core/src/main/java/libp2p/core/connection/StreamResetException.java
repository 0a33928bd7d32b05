package libp2p.core.connection;

import libp2p.core.failure.NetworkException;

/** The stream was reset; bytes on their way may be lost. */
public class StreamResetException extends NetworkException {
    private static final long serialVersionUID = 1;
    private final long code;
    private final boolean remote;

    /**
     * @param code see {@link ErrorCode}
     * @param remote whether the remote peer reset the stream
     */
    public StreamResetException(long code, boolean remote) {
        super("stream reset " + (remote ? "by the remote peer" : "locally")
                + (code == 0 ? "" : ", code 0x" + Long.toHexString(code)));
        this.code = code;
        this.remote = remote;
    }

    /** An unsigned 32-bit number; 0 where the transport has none. */
    public long code() {
        return code;
    }

    /** Whether the remote peer reset the stream. */
    public boolean isRemote() {
        return remote;
    }

    @Override
    public boolean isRetryable() {
        return code != ErrorCode.STREAM_PROTOCOL_NEGOTIATION_FAILED
                && code != ErrorCode.STREAM_PROTOCOL_VIOLATION
                && code != ErrorCode.STREAM_GATED
                && code != ErrorCode.STREAM_CODE_OUT_OF_RANGE;
    }
}
