package libp2p.nat.mapping;

/** The protocols by which a router is asked for ports. */
public enum Method {
    /** Port Control Protocol (RFC 6887). */
    PCP,
    /** NAT-PMP (RFC 6886). */
    PMP,
    /** UPnP Internet Gateway Device, versions 1 and 2. */
    UPNP
}
