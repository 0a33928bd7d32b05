package libp2p.pubsub.router;

/** The result of the validation of a message. */
public enum ValidationResult {
    /** Valid: delivered and forwarded. */
    ACCEPT,
    /** Invalid: not forwarded, and its sender loses score. */
    REJECT,
    /** Of no use: not forwarded, no peer is blamed. */
    IGNORE,
    /** Not validated for want of time or room: not forwarded, no peer is blamed. */
    THROTTLED
}
