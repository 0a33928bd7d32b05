package libp2p.discovery.mdns.dns;

/** Numbers of record types. */
public final class DnsType {
    public static final int A = 1;
    public static final int PTR = 12;
    public static final int TXT = 16;
    public static final int AAAA = 28;
    public static final int SRV = 33;
    /** Any type, of questions alone. */
    public static final int ANY = 255;

    private DnsType() {}
}
