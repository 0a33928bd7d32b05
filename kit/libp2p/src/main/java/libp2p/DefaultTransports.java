package libp2p;

import java.util.ArrayList;
import java.util.List;
import libp2p.core.host.TransportFactory;
import libp2p.transports.quic.Diagnostics;
import libp2p.transports.quic.QuicLimits;
import libp2p.transports.quic.QuicTransport;
import libp2p.transports.quic.SharedUdpPorts;
import libp2p.transports.tcp.SharedTcpPorts;
import libp2p.transports.tcp.TcpLimits;
import libp2p.transports.tcp.TcpTransport;
import libp2p.transports.websocket.WebSocketLimits;
import libp2p.transports.websocket.WebSocketTransport;
import libp2p.transports.webtransport.WebTransport;

/** The transports of a host that was told none: those over TCP share its ports, and those over UDP theirs. */
final class DefaultTransports {
    private DefaultTransports() {}

    /** @param overUdp whether there are any over UDP, which know no private networks */
    static List<TransportFactory> of(
            Limits limits, WebSocketTransport.Options webSocket, Diagnostics diagnostics, boolean overUdp) {
        SharedTcpPorts tcpPorts = new SharedTcpPorts();
        List<TransportFactory> factories = new ArrayList<>(List.of(
                TcpTransport.factory(TcpTransport.Options.DEFAULT.withLimits(limits.of(TcpLimits.class)), tcpPorts),
                WebSocketTransport.factory(webSocket.withLimits(limits.of(WebSocketLimits.class)), tcpPorts)));
        if (overUdp) {
            SharedUdpPorts udpPorts = new SharedUdpPorts(limits.of(QuicLimits.class), diagnostics);
            factories.add(QuicTransport.factory(udpPorts));
            factories.add(WebTransport.factory(udpPorts));
        }
        return factories;
    }
}
