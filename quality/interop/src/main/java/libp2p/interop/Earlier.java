package libp2p.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The results of earlier runs in the report in JSON, to which a run of some cells is added. */
final class Earlier {
    private Earlier() {}

    /**
     * The suites of this run with those cells of the last report that it did not run, in the order of the peers.
     *
     * @param report the last report, which need not be there
     * @param run of this run
     */
    static List<Suite> addTo(Path report, List<Suite> run, Peer subject, Map<String, Peer> peers) throws IOException {
        Map<String, Map<String, Outcome>> cells = new LinkedHashMap<>();
        peers.keySet().forEach(name -> cells.put(name, new LinkedHashMap<>()));
        for (Outcome outcome : read(report, peers)) {
            put(cells, outcome, subject);
        }
        Map<String, Suite> fresh = new LinkedHashMap<>();
        for (Suite suite : run) {
            fresh.put(suite.name(), suite);
            suite.outcomes().forEach(outcome -> put(cells, outcome, subject));
        }
        List<Suite> suites = new ArrayList<>();
        cells.forEach((name, outcomes) -> {
            Suite suite = fresh.getOrDefault(name, new Suite(name, List.of(), Duration.ZERO, Duration.ZERO));
            List<Outcome> all = new ArrayList<>(outcomes.values());
            suite.outcomes().stream().filter(outcome -> outcome.cell() == null).forEach(all::add);
            if (!all.isEmpty()) {
                suites.add(new Suite(name, List.copyOf(all), suite.used(), suite.allowed()));
            }
        });
        return suites;
    }

    private static void put(Map<String, Map<String, Outcome>> cells, Outcome outcome, Peer subject) {
        Cell cell = outcome.cell();
        if (cell != null) {
            Map<String, Outcome> ofPeer = cells.get(cell.other(subject).name());
            if (ofPeer != null) {
                ofPeer.put(outcome.subject(), outcome);
            }
        }
    }

    private static List<Outcome> read(Path report, Map<String, Peer> peers) throws IOException {
        List<Outcome> outcomes = new ArrayList<>();
        if (Files.exists(report)
                && Json.read(Files.readString(report)) instanceof Map<?, ?> members
                && members.get("outcomes") instanceof List<?> items) {
            for (Object item : items) {
                if (item instanceof Map<?, ?> outcome) {
                    Optional<Outcome> read = Outcome.fromJson(outcome, peers);
                    read.ifPresent(outcomes::add);
                }
            }
        }
        return outcomes;
    }
}
