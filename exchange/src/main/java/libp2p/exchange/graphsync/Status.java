package libp2p.exchange.graphsync;

/**
 * The status of a request, as a responder tells it.
 *
 * @param code as on the wire
 */
public record Status(long code) {
    /** The request was received and is being worked on. */
    public static final Status ACKNOWLEDGED = new Status(10);
    /** Blocks of the request come, and more will. */
    public static final Status PARTIAL = new Status(14);
    /** The request is paused. */
    public static final Status PAUSED = new Status(15);
    /** The end, and every link of the selector was here. */
    public static final Status COMPLETED = new Status(20);
    /** The end, and some links were not here. */
    public static final Status COMPLETED_PARTIAL = new Status(21);

    /** The responder does not serve this request. */
    public static final Status REJECTED = new Status(30);
    /** The responder has too much to do; the request may be tried later. */
    public static final Status BUSY = new Status(31);
    /** The request has failed, for a reason that is not told. */
    public static final Status FAILED = new Status(32);
    /** The responder may not serve this content. */
    public static final Status LEGAL = new Status(33);
    /** The responder does not have the content. */
    public static final Status NOT_FOUND = new Status(34);
    /** The request was cancelled. */
    public static final Status CANCELLED = new Status(35);

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
