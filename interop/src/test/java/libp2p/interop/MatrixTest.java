package libp2p.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MatrixTest {
    private static final List<String> BOTH = List.of("listener", "dialer");

    private static Matrix matrix(List<String> transports, List<String> roles) {
        return new Matrix(
                transports, List.of("noise", "tls"), List.of("yamux", "mplex"), roles, List.of(Check.values()));
    }

    @Test
    void everyCombinationInBothRoles() {
        List<Cell> cells = matrix(List.of("tcp"), BOTH).cells(Samples.JAVA, Samples.GO);
        assertThat(cells).doesNotHaveDuplicates().hasSize(2 * 2 * 2 * Check.values().length);
        assertThat(cells).allMatch(cell -> cell.other(Samples.JAVA).equals(Samples.GO));
    }

    @Test
    void aPeerWithItselfHasOneRole() {
        assertThat(matrix(List.of("tcp"), BOTH).cells(Samples.JAVA, Samples.JAVA))
                .doesNotHaveDuplicates()
                .hasSize(2 * 2 * Check.values().length);
    }

    @Test
    void aRoleCanBeChosen() {
        assertThat(matrix(List.of("tcp"), List.of("dialer")).cells(Samples.JAVA, Samples.GO))
                .isNotEmpty()
                .allMatch(cell -> cell.dialer().equals(Samples.GO));
    }

    @Test
    void transportsOtherThanTcpRunTheCoreWithOneMuxer() {
        List<Cell> cells = matrix(List.of("ws"), BOTH).cells(Samples.JAVA, Samples.GO);
        assertThat(cells).hasSize(2 * 2 * 8).allMatch(cell -> cell.muxer().equals("yamux"));
        assertThat(cells).noneMatch(cell -> cell.check().privateNetwork());
    }

    @Test
    void quicRunsOnceAsItHasSecurityAndMuxerOfItsOwn() {
        assertThat(matrix(List.of("quic-v1"), List.of("dialer")).cells(Samples.JAVA, Samples.GO))
                .hasSize(8);
    }

    @Test
    void cellsOfOneListenerStandTogether() {
        List<Listener.Kind> kinds = matrix(List.of("tcp"), BOTH).cells(Samples.JAVA, Samples.GO).stream()
                .filter(cell -> !cell.check().privateNetwork())
                .map(Cell::listenerKind)
                .toList();
        long changes = java.util.stream.IntStream.range(1, kinds.size())
                .filter(i -> !kinds.get(i).equals(kinds.get(i - 1)))
                .count();
        assertThat(changes + 1).isEqualTo(kinds.stream().distinct().count());
    }
}
