package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.routing.MergedResults;
import libp2p.core.routing.MergedResults.Bounds;
import libp2p.core.routing.Results;
import libp2p.testkit.World;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Several searches as one, under seeded schedules. */
class MergedResultsTest {
    private static final Bounds BOUNDS = new Bounds(4, 100);

    /** A search that knows all its results, then fails if it has a failure. */
    private static final class Known implements Results<Integer> {
        private final Iterator<Integer> items;
        private final @Nullable IOException failure;
        private volatile int taken;
        private volatile boolean closed;

        Known(List<Integer> items, @Nullable IOException failure) {
            this.items = items.iterator();
            this.failure = failure;
        }

        @Override
        public @Nullable Integer next() throws IOException {
            if (items.hasNext() && !closed) {
                taken++;
                return items.next();
            }
            if (failure != null) {
                throw failure;
            }
            return null;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private static Known known(int from, int to) {
        return new Known(IntStream.range(from, to).boxed().toList(), null);
    }

    private static Known failing(String why) {
        return new Known(List.of(), new IOException(why));
    }

    private static Results<Integer> merge(
            Environment environment, Bounds bounds, Deadline deadline, List<Results<Integer>> searches) {
        return MergedResults.of(environment, "search", searches, Function.identity(), bounds, deadline);
    }

    private static List<Integer> all(Results<Integer> results) throws IOException {
        List<Integer> taken = new ArrayList<>();
        for (Integer result; (result = results.next()) != null; ) {
            taken.add(result);
        }
        return taken;
    }

    @Test
    void everyResultComesOnceWhicheverSearchHasItFirst() {
        World.underSeeds(20, world -> {
            Results<Integer> merged =
                    merge(world.machine("m"), BOUNDS, Deadline.NONE, List.of(known(0, 40), known(20, 60)));
            assertThat(all(merged))
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.range(0, 60).boxed().toList());
            merged.close();
        });
    }

    @Test
    void searchesEndAtTheMostResults() {
        World.underSeeds(20, world -> {
            Known first = known(0, 1_000);
            Known second = known(1_000, 2_000);
            try (Results<Integer> merged =
                    merge(world.machine("m"), new Bounds(4, 30), Deadline.NONE, List.of(first, second))) {
                assertThat(all(merged)).hasSize(30);
            }
            assertThat(first.taken + second.taken).isLessThanOrEqualTo(32);
            assertThat(first.closed && second.closed).isTrue();
        });
    }

    @Test
    void aFailureIsToldOnlyIfAllSearchesFailed() {
        World.underSeeds(20, world -> {
            Environment machine = world.machine("m");
            try (Results<Integer> merged =
                    merge(machine, BOUNDS, Deadline.NONE, List.of(failing("broken"), known(0, 3)))) {
                assertThat(all(merged)).containsExactly(0, 1, 2);
            }
            try (Results<Integer> merged =
                    merge(machine, BOUNDS, Deadline.NONE, List.of(failing("broken"), known(0, 0)))) {
                assertThat(all(merged)).isEmpty();
            }
            try (Results<Integer> merged =
                    merge(machine, BOUNDS, Deadline.NONE, List.of(failing("one"), failing("two")))) {
                assertThatThrownBy(merged::next)
                        .isInstanceOf(IOException.class)
                        .satisfies(e -> assertThat(List.of(e.getMessage(), e.getSuppressed()[0].getMessage()))
                                .containsExactlyInAnyOrder("one", "two"));
                assertThat(merged.next()).isNull();
            }
        });
    }

    @Test
    void theDeadlineEndsASearchThatSaysNothing() {
        World.underSeeds(5, world -> {
            Environment machine = world.machine("m");
            long before = machine.nanoTime();
            try (Results<Integer> merged = merge(
                    machine,
                    BOUNDS,
                    Deadline.after(machine, Duration.ofSeconds(5)),
                    List.of(blocked(machine), known(0, 2)))) {
                assertThat(all(merged)).containsExactly(0, 1);
            }
            assertThat(machine.nanoTime() - before) // seeds let threads begin late by some microseconds
                    .isBetween(
                            Duration.ofSeconds(5).toNanos(),
                            Duration.ofMillis(5010).toNanos());
        });
    }

    /** A search that finds nothing until it is closed, or an hour has passed. */
    private static Results<Integer> blocked(Environment environment) {
        Deadline end = Deadline.after(environment, Duration.ofHours(1));
        return new Results<>() {
            private volatile boolean closed;
            private volatile @Nullable Thread waiting;

            @Override
            public @Nullable Integer next() {
                waiting = Thread.currentThread();
                while (!closed && !end.passed(environment)) {
                    environment.park(this, end);
                }
                return null;
            }

            @Override
            public void close() {
                closed = true;
                Thread thread = waiting;
                if (thread != null) {
                    environment.unpark(thread);
                }
            }
        };
    }
}
