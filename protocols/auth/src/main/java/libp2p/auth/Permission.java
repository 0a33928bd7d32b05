package libp2p.auth;

/** What a role may allow. */
public enum Permission {
    /** To see data. */
    READ,
    /** To add and change data. */
    WRITE,
    /** To remove data. */
    DELETE,
    /** To change who may do what. */
    ADMIN
}
