package libp2p.auth;

/** What follows from a rule. */
public enum Effect {
    ALLOW,
    DENY
}
