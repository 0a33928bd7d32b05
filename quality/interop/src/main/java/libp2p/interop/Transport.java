package libp2p.interop;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Locale;

/** The transport of a cell's connections, and the amount that is tried over it. */
enum Transport {
    /** The one with all checks and muxers; the others carry the same bytes. */
    TCP("/ip4/127.0.0.1/tcp/0", Breadth.EVERYTHING),
    TCP_IP6("/ip6/::1/tcp/0", Breadth.REACH),
    WS("/ip4/127.0.0.1/tcp/0/ws", Breadth.CORE),
    WSS("/ip4/127.0.0.1/tcp/0/tls/ws", Breadth.CORE),
    QUIC_V1("/ip4/127.0.0.1/udp/0/quic-v1", Breadth.CORE),
    QUIC_V1_IP6("/ip6/::1/udp/0/quic-v1", Breadth.REACH),
    /** The address that a listener tells has the hashes of its certificates. */
    WEBTRANSPORT("/ip4/127.0.0.1/udp/0/quic-v1/webtransport", Breadth.CORE);

    private enum Breadth {
        /** Every check with every security protocol and muxer. */
        EVERYTHING,
        /** The checks that a transport can touch, with every security protocol. */
        CORE,
        /** Whether it gets there at all. */
        REACH
    }

    private final String listenAddress;
    private final Breadth breadth;

    Transport(String listenAddress, Breadth breadth) {
        this.listenAddress = listenAddress;
        this.breadth = breadth;
    }

    String listenAddress() {
        return listenAddress;
    }

    /** Whether listeners need a certificate of the web, and dialers something to judge it by. */
    boolean hasCertificate() {
        return this == WSS;
    }

    /** Whether security and muxing are the transport's own, so that there is nothing to choose. */
    boolean securesAndMuxes() {
        return this == QUIC_V1 || this == QUIC_V1_IP6 || this == WEBTRANSPORT;
    }

    boolean runsWithAllSecurities() {
        return breadth != Breadth.REACH;
    }

    boolean runsWithAllMuxers() {
        return breadth == Breadth.EVERYTHING;
    }

    boolean runs(Check check) {
        return switch (breadth) {
            case EVERYTHING -> true;
            case CORE -> check.isCore();
            case REACH ->
                check == Check.PING || check == Check.IDENTIFY || check == Check.OBSERVED || check == Check.ECHO;
        };
    }

    boolean isIPv6() {
        return listenAddress.startsWith("/ip6/");
    }

    /** Whether this machine has the address {@code ::1}. */
    static boolean isIPv6Here() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("::1"))) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    /** As on our command line and in the report. */
    static Transport of(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
