package libp2p.interop;

import java.util.ArrayList;
import java.util.List;

/**
 * The cells of one suite: the node under test against one peer, in both roles.
 *
 * @param transports which of the transports
 * @param securities which of the security protocols
 * @param muxers which of the muxers
 * @param roles which roles of the peer, {@code dialer} and {@code listener}
 * @param checks which of the checks
 */
record Matrix(
        List<String> transports, List<String> securities, List<String> muxers, List<String> roles, List<Check> checks) {

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
        for (String transport : transports) {
            for (String security : securities) {
                for (String muxer : muxers) {
                    for (Check check : checks) {
                        if (!check.privateNetwork() || hasPrivateNetworks(transport)) {
                            cells.add(new Cell(dialer, listener, transport, security, muxer, check));
                        }
                    }
                }
            }
        }
    }

    private static boolean hasPrivateNetworks(String transport) {
        return transport.equals("tcp") || transport.equals("ws");
    }
}
