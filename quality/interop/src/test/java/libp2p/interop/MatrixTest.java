package libp2p.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MatrixTest {
    private static final List<String> BOTH = List.of("listener", "dialer");

    /** All checks but the one that needs a single row. */
    private static final int IN_EVERY_ROW = Check.values().length - 1;

    private static Matrix matrix(List<Transport> transports, List<String> roles) {
        return new Matrix(
                transports, List.of("noise", "tls"), List.of("yamux", "mplex"), roles, List.of(Check.values()));
    }

    @Test
    void everyCombinationInBothRoles() {
        List<Cell> cells = matrix(List.of(Transport.TCP), BOTH).cells(Samples.JAVA, Samples.GO);
        assertThat(cells).doesNotHaveDuplicates().hasSize(2 * (2 * 2 * IN_EVERY_ROW + 1));
        assertThat(cells).allMatch(cell -> cell.other(Samples.JAVA).equals(Samples.GO));
    }

    @Test
    void aPeerWithItselfHasOneRole() {
        assertThat(matrix(List.of(Transport.TCP), BOTH).cells(Samples.JAVA, Samples.JAVA))
                .doesNotHaveDuplicates()
                .hasSize(2 * 2 * IN_EVERY_ROW + 1);
    }

    @Test
    void aRoleCanBeChosen() {
        assertThat(matrix(List.of(Transport.TCP), List.of("dialer")).cells(Samples.JAVA, Samples.GO))
                .isNotEmpty()
                .allMatch(cell -> cell.dialer().equals(Samples.GO));
    }

    @Test
    void transportsOtherThanTcpRunTheCoreWithOneMuxer() {
        List<Cell> cells = matrix(List.of(Transport.WS), BOTH).cells(Samples.JAVA, Samples.GO);
        assertThat(cells).hasSize(2 * (2 * 8 + 1)).allMatch(cell -> cell.muxer().equals("yamux"));
        assertThat(cells).noneMatch(cell -> cell.check().privateNetwork());
    }

    @Test
    void quicRunsOnceAsItHasSecurityAndMuxerOfItsOwn() {
        assertThat(matrix(List.of(Transport.QUIC_V1), List.of("dialer")).cells(Samples.JAVA, Samples.GO))
                .hasSize(8 + 1)
                .allMatch(cell -> cell.security().equals("own"));
    }

    @Test
    void ofIPv6OnlyTheReachIsTried() {
        assertThat(matrix(List.of(Transport.TCP_IP6, Transport.QUIC_V1_IP6), List.of("dialer"))
                        .cells(Samples.JAVA, Samples.GO))
                .extracting(Cell::toString)
                .containsExactly(
                        "go→java tcp-ip6 noise yamux ping",
                        "go→java tcp-ip6 noise yamux identify",
                        "go→java tcp-ip6 noise yamux observed",
                        "go→java tcp-ip6 noise yamux echo",
                        "go→java quic-v1-ip6 ping",
                        "go→java quic-v1-ip6 identify",
                        "go→java quic-v1-ip6 observed",
                        "go→java quic-v1-ip6 echo");
    }

    @Test
    void cellsOfOneListenerStandTogether() {
        List<Listener.Kind> kinds = matrix(List.of(Transport.TCP), BOTH).cells(Samples.JAVA, Samples.GO).stream()
                .filter(cell -> !cell.check().privateNetwork())
                .map(Cell::listenerKind)
                .toList();
        long changes = java.util.stream.IntStream.range(1, kinds.size())
                .filter(i -> !kinds.get(i).equals(kinds.get(i - 1)))
                .count();
        assertThat(changes + 1).isEqualTo(kinds.stream().distinct().count());
    }
}
