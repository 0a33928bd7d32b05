package libp2p.interop;

import java.util.List;
import java.util.Map;

/** Peers and cells that exist on paper only. */
final class Samples {
    static final Peer JAVA = peer("java", "java-libp2p");
    static final Peer GO = peer("go", "go-libp2p");
    static final Peer JS = peer("js", "js-libp2p");

    private Samples() {}

    static Peer peer(String name, String implementation) {
        return new Peer(name, implementation, "1.0", implementation + "/1.0", "/bin/false", List.of(), Map.of());
    }

    static Cell cell(Peer dialer, Peer listener, String muxer, Check check) {
        return new Cell(dialer, listener, Transport.TCP, "noise", muxer, check);
    }
}
