package libp2p.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

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

    @Test
    void readsCpuTimeOfAProcessWhoseNameHoldsSpacesAndParentheses() {
        String stat = "7 (a) b) S 1 7 7 0 -1 4194560 1 0 0 0 150 50 0 0 20 0 1 0 100 1 1";
        assertThat(Processes.cpuSeconds(stat)).isEqualTo(2.0);
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
        assertThat(Results.ratioToBest(cost, costs)).isEqualTo(0.6);
        assertThat(cost.reached(0.6)).isTrue();
        assertThat(Results.ratioToBest(rate, rates)).isEqualTo(0.5);
        assertThat(rate.reached(0.5)).isFalse();
    }
}
