package libp2p.nat.mapping;

/** The protocols by which a router is asked for ports. */
public enum Method {
    PCP,
    PMP,
    UPNP
}
