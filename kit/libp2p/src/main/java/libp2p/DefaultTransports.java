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

/** The transports of a host that names none: those of TCP share its ports, and those of UDP share theirs. */
final class DefaultTransports {
    private DefaultTransports() {}

    /** @param isPrivate whether a key protects raw connections; a transport that brings its own security has none */
    static List<TransportFactory> of(
            Limits limits, WebSocketTransport.Options webSocket, Diagnostics diagnostics, boolean isPrivate) {
        SharedTcpPorts tcpPorts = new SharedTcpPorts();
        List<TransportFactory> factories = new ArrayList<>(List.of(
                TcpTransport.factory(TcpTransport.Options.DEFAULT.withLimits(limits.of(TcpLimits.class)), tcpPorts),
                WebSocketTransport.factory(webSocket.withLimits(limits.of(WebSocketLimits.class)), tcpPorts)));
        if (!isPrivate) {
            SharedUdpPorts udpPorts = new SharedUdpPorts(limits.of(QuicLimits.class), diagnostics);
            factories.add(QuicTransport.factory(udpPorts));
        }
        return factories;
    }
}
