package libp2p.nat.mapping;

/** The transport protocol of a port. */
public enum PortProtocol {
    /** TCP. */
    TCP(6, 2),
    /** UDP. */
    UDP(17, 1);

    private final int number;
    private final int pmpCode;

    PortProtocol(int number, int pmpCode) {
        this.number = number;
        this.pmpCode = pmpCode;
    }

    /** The number of the protocol in IP headers. */
    int number() {
        return number;
    }

    /** The operation of NAT-PMP that maps it. */
    int pmpCode() {
        return pmpCode;
    }
}
