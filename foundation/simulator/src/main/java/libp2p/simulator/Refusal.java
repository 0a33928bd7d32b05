package libp2p.simulator;

/** The fate of a TCP connect that does not get through. Datagrams that do not get through are lost in any case. */
public enum Refusal {
    /** Nothing: the sender tries again until it gives up. */
    SILENT,
    /** RST comes back: "Connection refused". */
    RESET,
    /** ICMP comes back: "No route to host". */
    UNREACHABLE
}
