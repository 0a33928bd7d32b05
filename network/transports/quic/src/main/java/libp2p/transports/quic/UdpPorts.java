package libp2p.transports.quic;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import libp2p.core.host.UdpPort;

/** The UDP ports on which the QUIC transport of one host listens, for other protocols to share. Thread-safe. */
public final class UdpPorts {
    private final List<UdpPort> listening = new CopyOnWriteArrayList<>();

    /** The ports that are open now, in the order in which they were opened. */
    public List<UdpPort> listening() {
        return List.copyOf(listening);
    }

    void opened(UdpPort port) {
        listening.add(port);
    }

    void closed(UdpPort port) {
        listening.remove(port);
    }
}
