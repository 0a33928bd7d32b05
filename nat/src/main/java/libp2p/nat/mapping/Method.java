package libp2p.nat.mapping;

/** How a router is asked for ports. */
public enum Method {
    PCP,
    PMP,
    UPNP
}
