package libp2p.interop;

import java.util.ArrayList;
import java.util.List;

/**
 * The cells of one suite: the node under test against one peer, in both roles.
 *
 * @param transports which of the transports; each says how much of the rest runs over it
 * @param securities which of the security protocols
 * @param muxers which of the muxers
 * @param roles which roles of the peer, {@code dialer} and {@code listener}
 * @param checks which of the checks
 */
record Matrix(
        List<Transport> transports,
        List<String> securities,
        List<String> muxers,
        List<String> roles,
        List<Check> checks) {

    /** All cells, those of one listener after each other. */
    List<Cell> cells(Peer subject, Peer peer) {
        List<Cell> cells = new ArrayList<>();
        if (roles.contains("listener")) {
            addCells(subject, peer, cells);
        }
        if (roles.contains("dialer") && !peer.equals(subject)) {
            addCells(peer, subject, cells);
        }
        return cells;
    }

    private void addCells(Peer dialer, Peer listener, List<Cell> cells) {
        for (Transport transport : transports) {
            boolean first = true;
            for (String security : choices(transport, securities, transport.runsWithAllSecurities())) {
                for (String muxer : choices(transport, muxers, transport.runsWithAllMuxers())) {
                    for (Check check : checks) {
                        if (transport.runs(check) && (first || !check.needsOneRowOnly())) {
                            cells.add(new Cell(dialer, listener, transport, security, muxer, check));
                        }
                    }
                    first = false;
                }
            }
        }
    }

    private static List<String> choices(Transport transport, List<String> wanted, boolean all) {
        if (transport.securesAndMuxes()) {
            return List.of(Cell.OWN);
        }
        return all ? wanted : wanted.subList(0, 1);
    }
}
