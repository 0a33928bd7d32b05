package libp2p.auth;

/** The effect of a rule. */
public enum Effect {
    /** The stream may be opened. */
    ALLOW,
    /** The stream is refused. */
    DENY
}
