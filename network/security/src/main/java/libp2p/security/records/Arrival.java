package libp2p.security.records;

/** The finding of {@link RecordInput}. */
public enum Arrival {
    /** A whole record has arrived. */
    RECORD,
    /** It is not complete yet; only where an event loop says when there is more. */
    NOTHING_YET,
    /** The stream has ended between two records. */
    END
}
