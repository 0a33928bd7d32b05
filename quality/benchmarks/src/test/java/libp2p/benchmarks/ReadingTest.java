package libp2p.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReadingTest {
    @Test
    void readsTheEventsOfPeers() {
        Event event = new Event("{\"cpu_s\":0.43,\"event\":\"perf\",\"upload_s\":8.2e-1,\"addrs\":[\"/ip4/1.2.3.4\"]}");
        assertThat(event.kind()).isEqualTo("perf");
        assertThat(event.number("cpu_s")).isEqualTo(0.43);
        assertThat(event.number("upload_s")).isEqualTo(0.82);
        assertThat(event.address()).isEqualTo("/ip4/1.2.3.4");
        assertThatThrownBy(() -> event.number("download_s")).hasMessageContaining("download_s");
    }

    /** As other programs write them: the same figure under two names would be two. */
    @Test
    void readsCharactersThatAreGivenByTheirNumber() {
        assertThat(new Event("{\"unit\": \"\\u00b5s\"}").text("unit")).isEqualTo("µs");
    }

    @Test
    void readsCpuTimeOfAProcessWhoseNameHoldsSpacesAndParentheses() {
        String stat = "7 (a) b) S 1 7 7 0 -1 4194560 1 0 0 0 150 50 0 0 20 0 1 0 100 1 1";
        assertThat(Processes.cpuSeconds(stat)).isEqualTo(2.0);
        assertThat(Processes.cpuSecondsOfTheEnded("7 (a) S 1 7 7 0 -1 4194560 1 0 0 0 150 50 20 30 20 0 1 0 1 1 1"))
                .isEqualTo(0.5);
    }

    @Test
    void takesQuantilesBetweenRanks() {
        assertThat(Series.quantile(List.of(4.0, 1.0, 2.0, 3.0), 0.5)).isEqualTo(2.5);
        assertThat(Series.quantile(List.of(5.0), 0.99)).isEqualTo(5.0);
    }

    @Test
    void comparesWithTheBetterOfTheOthers() {
        Results results = new Results();
        Figure cost = Figure.lower("g", "cost", "s", 0.6);
        Figure rate = Figure.higher("g", "rate", "1/s", 2);
        for (Figure figure : List.of(cost, rate)) {
            results.add(figure, "java", 6);
            results.add(figure, "go", 10);
            results.add(figure, "rust", 12);
        }
        Map<String, Series> costs = results.figures().get(cost);
        Map<String, Series> rates = results.figures().get(rate);
        assertThat(Results.ratioToBest(cost, costs, "java")).isEqualTo(0.6);
        assertThat(cost.reached(0.6)).isTrue();
        assertThat(Results.ratioToBest(rate, rates, "java")).isEqualTo(0.5);
        assertThat(rate.reached(0.5)).isFalse();
    }

    @Test
    void readsWhatItHasWrittenAndKeepsWhatWasNotTakenAgain(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("benchmarks.json");
        Figure bulk = Figure.lower("noise bulk", "upload: CPU", "s/GiB", 0.6);
        Figure start = Figure.lower("start", "first ping", "ms", 0).absolute(600);
        Taking taking = new Taking("quick", "2026-11-21", 1, 0.5, 2);
        Results earlier = new Results();
        earlier.add(bulk, "java", 1.5);
        earlier.add(bulk, "java", 2.5);
        earlier.add(start, "go", 11);
        earlier.taken(taking);
        ResultsFile.write(earlier, file);

        Results read = ResultsFile.read(file);
        assertThat(read.takings()).containsOnly(Map.entry("noise bulk", taking), Map.entry("start", taking));
        assertThat(read.figures()).containsOnlyKeys(bulk, start);

        Results again = new Results();
        again.add(bulk, "java", 1);
        again.taken(taking.with(7));
        again.keep(read);
        assertThat(again.figures().get(bulk).get("java").values()).containsExactly(1.0);
        assertThat(again.figures().get(start).get("go").values()).containsExactly(11.0);
        assertThat(again.takings().get("noise bulk").greatest()).isEqualTo(7);
    }

    @Test
    void theColumnWithoutNativeCodeIsAddedToAnEarlierRun() {
        Figure figure = Figure.lower("noise bulk", "upload", "s/GiB", 0.6);
        Results earlier = new Results();
        earlier.add(figure, "java", 1);
        earlier.add(figure, "go", 2);
        earlier.add(figure, "pure", 9);
        earlier.taken(new Taking("full", "2026-11-21", 1, 2, 3));
        Results pure = new Results();
        pure.add(figure, "pure", 3);
        pure.add(figure, "go", 4);
        pure.taken(new Taking("full --without java,rust", "2026-11-22", 1, 5, 6));
        pure.keep(earlier);
        assertThat(pure.figures().get(figure).get("java").values()).containsExactly(1.0);
        assertThat(pure.figures().get(figure).get("go").values()).containsExactly(2.0);
        assertThat(pure.figures().get(figure).get("pure").values()).containsExactly(3.0);
        assertThat(pure.takings().get("noise bulk").date()).isEqualTo("2026-11-21");
    }

    @Test
    void aGoalForTheValueItselfNeedsNoOthers() {
        Results results = new Results();
        Figure figure = Figure.lower("start", "first ping", "ms", 0).absolute(600);
        results.add(figure, "java", 460);
        results.add(figure, "go", 10);
        Double measured = Results.measuredAgainstGoal(figure, results.figures().get(figure));
        assertThat(measured).isEqualTo(460);
        assertThat(figure.reached(460)).isTrue();
    }
}
