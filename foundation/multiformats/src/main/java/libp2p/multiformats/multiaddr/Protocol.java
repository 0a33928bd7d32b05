package libp2p.multiformats.multiaddr;

import libp2p.multiformats.Varint;
import org.jspecify.annotations.Nullable;

/**
 * The protocols of the <a href="https://github.com/multiformats/multiaddr/blob/master/protocols.csv">multiaddr
 * table</a>.
 */
public enum Protocol {
    /** IPv4 address. */
    IP4(4, "ip4", 4, new Ip4Value()),
    /** TCP port. */
    TCP(6, "tcp", 2, NumberValue.PORT),
    /** UDP port. */
    UDP(273, "udp", 2, NumberValue.PORT),
    /** DCCP port. */
    DCCP(33, "dccp", 2, NumberValue.PORT),
    /** IPv6 address. */
    IP6(41, "ip6", 16, new Ip6Value()),
    /** Zone of the IPv6 address that follows (RFC 4007). */
    IP6ZONE(42, "ip6zone", TextValue.NAME),
    /** Prefix length of the IP address before it. */
    IPCIDR(43, "ipcidr", 1, new NumberValue(1)),
    /** Domain name for IPv4 and IPv6. */
    DNS(53, "dns", TextValue.NAME),
    /** Domain name for IPv4. */
    DNS4(54, "dns4", TextValue.NAME),
    /** Domain name for IPv6. */
    DNS6(55, "dns6", TextValue.NAME),
    /** Domain name whose TXT records hold multiaddrs. */
    DNSADDR(56, "dnsaddr", TextValue.NAME),
    /** SCTP port. */
    SCTP(132, "sctp", 2, NumberValue.PORT),
    /** UDT. */
    UDT(301, "udt"),
    /** Micro transport protocol. */
    UTP(302, "utp"),
    /** Path of a Unix socket; always the last component. */
    UNIX(400, "unix", TextValue.PATH),
    /** Textile thread. */
    THREAD(406, "thread", new ThreadValue()),
    /** Peer id; {@code ipfs} is read as an alias. */
    P2P(421, "p2p", new PeerIdValue()),
    /** Tor service, version 2. */
    ONION(444, "onion", 12, new OnionValue(10)),
    /** Tor service, version 3. */
    ONION3(445, "onion3", 37, new OnionValue(35)),
    /** I2P destination. */
    GARLIC64(446, "garlic64", new Garlic64Value()),
    /** I2P address. */
    GARLIC32(447, "garlic32", new Garlic32Value()),
    /** TLS. */
    TLS(448, "tls"),
    /** Server name for TLS. */
    SNI(449, "sni", TextValue.NAME),
    /** Noise. */
    NOISE(454, "noise"),
    /** QUIC, draft 29. */
    QUIC(460, "quic"),
    /** QUIC version 1 (RFC 9000). */
    QUIC_V1(461, "quic-v1"),
    /** WebTransport. */
    WEBTRANSPORT(465, "webtransport"),
    /** Multihash of a certificate. */
    CERTHASH(466, "certhash", new CertHashValue()),
    /** HTTP. */
    HTTP(480, "http"),
    /** HTTP path. */
    HTTP_PATH(481, "http-path", new HttpPathValue()),
    /** Old form of {@code /tls/http}. */
    HTTPS(443, "https"),
    /** WebSocket. */
    WS(477, "ws"),
    /** Old form of {@code /tls/ws}. */
    WSS(478, "wss"),
    /** Deprecated. */
    P2P_WEBSOCKET_STAR(479, "p2p-websocket-star"),
    /** Deprecated. */
    P2P_STARDUST(277, "p2p-stardust"),
    /** Deprecated. */
    P2P_WEBRTC_STAR(275, "p2p-webrtc-star"),
    /** Deprecated. */
    P2P_WEBRTC_DIRECT(276, "p2p-webrtc-direct"),
    /** WebRTC to a listener without signalling. */
    WEBRTC_DIRECT(280, "webrtc-direct"),
    /** WebRTC with signalling over a relay. */
    WEBRTC(281, "webrtc"),
    /** Circuit relay: before it the relay, after it the target. */
    P2P_CIRCUIT(290, "p2p-circuit"),
    /** In-memory transport; a 64-bit number. */
    MEMORY(777, "memory", 8, new NumberValue(8)),
    /** Plaintext 2. */
    PLAINTEXTV2(7367777, "plaintextv2");

    private static final int VARIABLE = -1;
    private static final ProtocolTable TABLE = new ProtocolTable(values());

    private final int code;
    private final String label;
    private final int size;
    private final @Nullable Value value;
    private final byte[] encodedCode;

    Protocol(int code, String label) {
        this(code, label, 0, null);
    }

    Protocol(int code, String label, Value value) {
        this(code, label, VARIABLE, value);
    }

    Protocol(int code, String label, int size, @Nullable Value value) {
        this.code = code;
        this.label = label;
        this.size = size;
        this.value = value;
        this.encodedCode = Varint.encode(code);
    }

    /**
     * The protocol with a code.
     *
     * @param code of the multicodec table
     * @return the protocol, or null if there is none
     */
    public static @Nullable Protocol of(long code) {
        return TABLE.byCode(code);
    }

    /**
     * The protocol with a name.
     *
     * @param name such as {@code quic-v1}; also {@code ipfs}
     * @return the protocol, or null if there is none
     */
    public static @Nullable Protocol of(String name) {
        return TABLE.byName(name, 0, name.length());
    }

    /** The protocol whose name stands at a place of a text. */
    static @Nullable Protocol of(String text, int from, int to) {
        return TABLE.byName(text, from, to);
    }

    /** {@return the code in the multicodec table} */
    public int code() {
        return code;
    }

    /** {@return the name in the text of addresses} */
    public String label() {
        return label;
    }

    /** {@return whether a value follows} */
    public boolean hasValue() {
        return value != null;
    }

    /** {@return whether the value is a path, which takes the rest of the text and ends the address} */
    public boolean isPath() {
        return value instanceof TextValue text && text.path();
    }

    /** Bytes of the value, -1 if a length precedes it. */
    int size() {
        return size;
    }

    boolean isVariable() {
        return size == VARIABLE;
    }

    @Nullable
    Value value() {
        return value;
    }

    int encodedCodeLength() {
        return encodedCode.length;
    }

    void putCode(Sink out) {
        out.put(encodedCode, 0, encodedCode.length);
    }

    /** {@return the name in the text of addresses} */
    @Override
    public String toString() {
        return label;
    }
}
