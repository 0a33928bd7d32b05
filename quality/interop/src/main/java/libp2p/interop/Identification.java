package libp2p.interop;

import static libp2p.interop.Attempt.require;

import java.util.List;
import java.util.Set;

/** The expected identify record of a listener. */
final class Identification {
    private static final Set<String> PROTOCOLS =
            Set.of("/ipfs/id/1.0.0", "/ipfs/id/push/1.0.0", "/ipfs/ping/1.0.0", "/echo/1.0.0", "/perf/1.0.0");

    private static final String PORT = "(/(?:tcp|udp)/)[0-9]+";

    private Identification() {}

    static void verify(Cell cell, Event identify, Attempt.Target target) throws CheckFailedException {
        require(identify.text("peer").equals(target.peerId()), "peer " + identify.text("peer"));
        String agent = identify.text("agent");
        require(
                agent.equals(cell.listener().agent())
                        || agent.startsWith(cell.listener().agent() + " "),
                "agent " + agent + " instead of " + cell.listener().agent());
        List<String> protocols = identify.list("protocols");
        require(Set.copyOf(protocols).equals(PROTOCOLS), "protocols " + protocols);
        require(protocols.size() == PROTOCOLS.size(), "protocols twice: " + protocols);
        List<String> addresses =
                identify.list("addrs").stream().map(Identification::withoutPeer).toList();
        require(addresses.equals(List.of(withoutPeer(target.listening()))), "addresses " + addresses);
    }

    static void verifyObserved(Event identify, Attempt.Target target) throws CheckFailedException {
        String observed = identify.text("observed");
        require(isSeen(withoutPeer(observed), target), "observed " + observed + " instead of " + target.seenFrom());
    }

    /** Where we do not stand in between, only the port is not known; a dialer has no certificate. */
    private static boolean isSeen(String observed, Attempt.Target target) {
        String listening = target.listening().replaceAll("/certhash/[^/]+", "");
        return target.seenFrom().isEmpty()
                ? observed.replaceFirst(PORT, "$1").equals(listening.replaceFirst(PORT, "$1"))
                : observed.equals(withoutPeer(target.seenFrom()));
    }

    /** js-libp2p ends the observed address with the identity of the observed peer. */
    private static String withoutPeer(String address) {
        int peer = address.indexOf("/p2p/");
        return (peer < 0 ? address : address.substring(0, peer)).replaceFirst("/wss$", "/tls/ws"); // they mean the same
    }
}
