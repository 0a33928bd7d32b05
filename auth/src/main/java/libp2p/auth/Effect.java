package libp2p.auth;

/** The effect of a rule. */
public enum Effect {
    ALLOW,
    DENY
}
