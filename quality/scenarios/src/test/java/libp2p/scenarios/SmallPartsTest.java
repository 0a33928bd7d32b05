package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.core.concurrent.TaskGroup;
import libp2p.core.concurrent.TokenBucket;
import libp2p.core.environment.Deadline;
import libp2p.core.messaging.OutboundQueue;
import libp2p.core.messaging.OutboundQueue.Drops;
import libp2p.core.messaging.OutboundQueueLimits;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** Queues, groups of threads and rates under seeded schedules. */
class SmallPartsTest {
    private static void park(SimulatedEnvironment environment, Duration time) {
        Deadline deadline = Deadline.after(environment, time);
        while (!deadline.passed(environment) && !Thread.currentThread().isInterrupted()) {
            environment.park(environment, deadline);
        }
    }

    @Test
    void urgentMessagesLeaveFirstAndTakeTheRoomOfOthers() {
        World.underSeeds(1, world -> {
            OutboundQueue<String> queue = new OutboundQueue<>(world.machine("m"), 3, new OutboundQueueLimits(3, 100));
            assertThat(queue.offer("forward-1", 2, 40, Deadline.NONE)).isTrue();
            assertThat(queue.offer("forward-2", 2, 40, Deadline.NONE)).isTrue();
            assertThat(queue.offer("own", 1, 20, Deadline.NONE)).isTrue();
            assertThat(queue.offer("forward-3", 2, 1, Deadline.NONE)).isFalse();
            assertThat(queue.offer("control", 0, 10, Deadline.NONE)).isTrue();
            assertThat(queue.size()).isEqualTo(3);
            assertThat(queue.bytes()).isEqualTo(70);
            assertThat(queue.drops(2)).isEqualTo(new Drops(2, 0));
            assertThat(List.of(queue.poll(), queue.poll(), queue.poll()))
                    .containsExactly("control", "own", "forward-2");
            assertThat(queue.poll()).isNull();
            assertThat(queue.bytes()).isZero();
        });
    }

    @Test
    void nothingIsDroppedInVain() {
        World.underSeeds(1, world -> {
            OutboundQueue<String> queue = new OutboundQueue<>(world.machine("m"), 2, new OutboundQueueLimits(10, 100));
            queue.offer("own", 0, 60, Deadline.NONE);
            queue.offer("forward", 1, 30, Deadline.NONE);
            assertThat(queue.offer("large", 0, 50, Deadline.NONE)).isFalse();
            assertThat(queue.size()).isEqualTo(2);
            assertThat(queue.drops(0)).isEqualTo(new Drops(1, 0));
            assertThat(queue.drops(1)).isEqualTo(new Drops(0, 0));
        });
    }

    @Test
    void messagesOfNoUseAreDroppedAndCounted() {
        World.inExactTime(1, world -> {
            SimulatedEnvironment machine = world.machine("m");
            OutboundQueue<String> queue = new OutboundQueue<>(machine, 1, new OutboundQueueLimits(2, 100));
            queue.offer("stale", 0, 1, Deadline.after(machine, Duration.ofSeconds(1)));
            queue.offer("fresh", 0, 1, Deadline.after(machine, Duration.ofSeconds(9)));
            world.sleep(Duration.ofSeconds(2));
            assertThat(queue.offer("next", 0, 1, Deadline.NONE)).isTrue();
            assertThat(List.of(queue.poll(), queue.poll())).containsExactly("fresh", "next");
            assertThat(queue.drops(0)).isEqualTo(new Drops(0, 1));
        });
    }

    @Test
    void everyMessageThatWasTakenInIsTakenOutOnceByOneOfManyThreads() {
        World.underManySeeds(world -> {
            SimulatedEnvironment machine = world.machine("m");
            OutboundQueue<Integer> queue = new OutboundQueue<>(machine, 2, new OutboundQueueLimits(4, 1000));
            List<Integer> taken = new ArrayList<>();
            AtomicInteger accepted = new AtomicInteger();
            try (TaskGroup takers = new TaskGroup(machine, "taker", 2);
                    TaskGroup givers = new TaskGroup(machine, "giver", 3)) {
                for (int i = 0; i < 2; i++) {
                    takers.fork(() -> {
                        try {
                            Integer message;
                            while ((message = queue.take(Deadline.NONE)) != null) {
                                taken.add(message);
                            }
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    });
                }
                for (int i = 0; i < 3; i++) {
                    int from = i * 10;
                    givers.fork(() -> {
                        for (int j = 0; j < 10; j++) {
                            if (queue.offer(from + j, j % 2, 1, Deadline.NONE)) {
                                accepted.incrementAndGet();
                            }
                            machine.schedulePoint();
                        }
                    });
                }
                assertThat(givers.await(Deadline.NONE)).isTrue();
                world.simulation().settle();
                queue.close();
                assertThat(takers.await(Deadline.NONE)).isTrue();
            }
            long dropped = queue.drops(0).noRoom() + queue.drops(1).noRoom();
            assertThat(taken).doesNotHaveDuplicates();
            assertThat(taken.size() + dropped).isEqualTo(30);
            assertThat(queue.offer(99, 0, 1, Deadline.NONE)).isFalse();
        });
    }

    @Test
    void aGroupHoldsNoMoreThreadsThanItMayAndIsAwaitedAsAWhole() {
        World.underManySeeds(world -> {
            SimulatedEnvironment machine = world.machine("m");
            AtomicInteger now = new AtomicInteger();
            AtomicInteger most = new AtomicInteger();
            AtomicInteger done = new AtomicInteger();
            try (TaskGroup group = new TaskGroup(machine, "work", 3)) {
                for (int i = 0; i < 10; i++) {
                    assertThat(group.fork(() -> {
                                most.accumulateAndGet(now.incrementAndGet(), Math::max);
                                park(machine, Duration.ofSeconds(1));
                                now.decrementAndGet();
                                done.incrementAndGet();
                            }))
                            .isTrue();
                }
                assertThat(group.await(Deadline.after(machine, Duration.ofMinutes(1))))
                        .isTrue();
                assertThat(done).hasValue(10);
                assertThat(most.get()).isBetween(1, 3);
                assertThat(group.size()).isZero();
            }
        });
    }

    @Test
    void cancellingEndsTheWaitsOfAllTasksAndTakesNoMore() {
        World.underManySeeds(world -> {
            SimulatedEnvironment machine = world.machine("m");
            AtomicInteger interrupted = new AtomicInteger();
            TaskGroup group = new TaskGroup(machine, "work", 5);
            for (int i = 0; i < 5; i++) {
                group.fork(() -> {
                    park(machine, Duration.ofHours(1));
                    if (Thread.currentThread().isInterrupted()) {
                        interrupted.incrementAndGet();
                    }
                });
            }
            world.simulation().settle();
            assertThat(group.await(Deadline.after(machine, Duration.ofSeconds(1))))
                    .isFalse();
            assertThat(world.timed(group::close)).isLessThan(Duration.ofSeconds(1));
            assertThat(interrupted).hasValue(5);
            assertThat(group.fork(() -> {})).isFalse();
        });
    }

    @Test
    void aBucketGivesItsRateAndItsBurstAndNoMore() {
        long second = 1_000_000_000L;
        TokenBucket bucket = new TokenBucket(2, 5, second);
        for (int i = 0; i < 5; i++) {
            assertThat(bucket.tryTake(1, second)).isTrue();
        }
        assertThat(bucket.tryTake(1, second)).isFalse();
        assertThat(bucket.nanosUntil(1, second)).isEqualTo(second / 2);
        assertThat(bucket.nanosUntil(6, second)).isEqualTo(Long.MAX_VALUE);
        assertThat(bucket.tryTake(1, second + second / 2)).isTrue();
        assertThat(bucket.tryTake(1, second)).isFalse(); // a clock that seems to go back gives nothing
        assertThat(bucket.isFull(10 * second)).isTrue();
        TokenBucket never = new TokenBucket(0, 1, 0);
        assertThat(never.tryTake(1, 0)).isTrue();
        assertThat(never.nanosUntil(1, 0)).isEqualTo(Long.MAX_VALUE);
        assertThatThrownBy(() -> new TokenBucket(Double.NaN, 1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TokenBucket(1, 0, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
