package libp2p.benchmarks.pieces;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.runner.options.TimeValue;

/** Every benchmark runs, once and for a moment, and stands in the table. */
final class PiecesTest {
    @Test
    void everyPieceRunsByEveryEngineThatIsHere(@TempDir Path folder) throws Exception {
        PiecesReport report = new PiecesReport();
        for (Pieces.Piece piece : Pieces.all()) {
            report.add(piece, Pieces.run(piece, 0, 1, TimeValue.milliseconds(1)));
        }
        report.write(folder);
        String table = Files.readString(folder.resolve("pieces.md"));
        for (Pieces.Piece piece : Pieces.all()) {
            assertThat(table).contains(piece.title() + ", ");
        }
        assertThat(table).contains("| jdk |", "| bc |");
    }
}
