package libp2p.interop;

import java.util.ArrayList;
import java.util.List;

/**
 * The cells of one suite: the node under test against one peer, in both roles.
 *
 * @param transports which of the transports; all but tcp run with the first muxer, and QUIC, which brings its own security and
 *     muxer, once
 * @param securities which of the security protocols
 * @param muxers which of the muxers
 * @param roles which roles of the peer, {@code dialer} and {@code listener}
 * @param checks which of the checks
 */
record Matrix(
        List<String> transports, List<String> securities, List<String> muxers, List<String> roles, List<Check> checks) {

    /** The transport with all checks and muxers; the others carry the same bytes, and have the core of the checks. */
    private static final String EVERYTHING = "tcp";

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
            boolean all = transport.equals(EVERYTHING);
            for (String security : transport.equals("quic-v1") ? securities.subList(0, 1) : securities) {
                for (String muxer : all ? muxers : muxers.subList(0, 1)) {
                    checks.stream()
                            .filter(check -> all || check.isCore())
                            .forEach(check -> cells.add(new Cell(dialer, listener, transport, security, muxer, check)));
                }
            }
        }
    }
}
