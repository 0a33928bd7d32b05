package libp2p.graphsync;

/**
 * The status of a request, as a responder tells it.
 *
 * @param code as on the wire
 */
public record ResponseStatus(long code) {
    /** The request was received and is being worked on. */
    public static final ResponseStatus ACKNOWLEDGED = new ResponseStatus(10);
    /** Blocks of the request come, and more will. */
    public static final ResponseStatus PARTIAL = new ResponseStatus(14);
    /** The request is paused. */
    public static final ResponseStatus PAUSED = new ResponseStatus(15);
    /** The end, and every link of the selector was here. */
    public static final ResponseStatus COMPLETED = new ResponseStatus(20);
    /** The end, and some links were not here. */
    public static final ResponseStatus COMPLETED_PARTIAL = new ResponseStatus(21);

    /** The responder does not serve this request. */
    public static final ResponseStatus REJECTED = new ResponseStatus(30);
    /** The responder has too much to do; the request may be tried later. */
    public static final ResponseStatus BUSY = new ResponseStatus(31);
    /** The request has failed, for a reason that is not told. */
    public static final ResponseStatus FAILED = new ResponseStatus(32);
    /** The responder may not serve this content. */
    public static final ResponseStatus LEGAL = new ResponseStatus(33);
    /** The responder does not have the content. */
    public static final ResponseStatus NOT_FOUND = new ResponseStatus(34);
    /** The request was cancelled. */
    public static final ResponseStatus CANCELLED = new ResponseStatus(35);

    /** The least code. */
    static final int LEAST = 10;
    /** The greatest code. */
    static final int MOST = 39;

    /** Whether nothing follows. */
    public boolean isLast() {
        return code >= 20;
    }

    /** Whether it is the end, and not the one that was hoped for. */
    public boolean isFailure() {
        return code >= 30;
    }

    @Override
    public String toString() {
        String name = switch ((int) code) {
            case 10 -> "acknowledged";
            case 14 -> "partial response";
            case 15 -> "paused";
            case 20 -> "completed";
            case 21 -> "completed in part";
            case 30 -> "rejected";
            case 31 -> "busy";
            case 32 -> "failed";
            case 33 -> "not served for legal reasons";
            case 34 -> "content not found";
            case 35 -> "cancelled";
            default -> "status";
        };
        return name + " (" + code + ")";
    }
}
