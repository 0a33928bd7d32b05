package libp2p.core.record;

/** The bounds on envelopes and peer records. They hold for what is written as for what is read. */
public final class RecordLimits {
    /** Bytes of the longest envelope. */
    public static final int ENVELOPE_BYTES = 8192;

    /** Fields of an envelope, unknown ones included. */
    public static final int ENVELOPE_FIELDS = 16;

    /** Bytes of the longest payload type. */
    public static final int PAYLOAD_TYPE_BYTES = 256;

    /** Addresses in one peer record. */
    public static final int RECORD_ADDRESSES = 128;

    /** Fields of a peer record, unknown ones and those of its addresses included. */
    public static final int RECORD_FIELDS = 16 + 3 * RECORD_ADDRESSES;

    private RecordLimits() {}
}
