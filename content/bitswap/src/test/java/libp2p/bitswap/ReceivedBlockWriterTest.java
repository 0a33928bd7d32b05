package libp2p.bitswap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.blocks.BlockStore;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import libp2p.ipld.Block;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Multihash;
import libp2p.simulator.Simulation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReceivedBlockWriterTest {
    private static final int ROOM = 1000;
    private static final int SEEDS = 20;
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final Duration FORCE = Duration.ofMillis(20);

    /** A course of events in the world of a seed. */
    @FunctionalInterface
    private interface Story {
        void tell(Simulation simulation, SlowStore store, ReceivedBlockWriter arrivals, List<Multihash> stored)
                throws Exception;
    }

    private static void underManySeeds(Story story) {
        for (int seed = 1; seed <= SEEDS; seed++) {
            Simulation.run(seed, simulation -> {
                Environment environment = simulation.host("host", "10.0.0.1");
                SlowStore store = new SlowStore(environment);
                List<Multihash> stored = new ArrayList<>();
                story.tell(
                        simulation, store, new ReceivedBlockWriter(environment, store, ROOM, stored::addAll), stored);
            });
        }
    }

    @Test
    void theDataOfABlockThatTheStoreHasTakenIsThereAndNotHere() {
        underManySeeds((simulation, store, arrivals, stored) -> {
            Block block = block(1);
            arrivals.add(List.of(block));
            simulation.settle();
            assertThat(arrivals.find(block.cid().hash())).isNull();
            assertThat(arrivals.holds(block.cid().hash())).isTrue();
            assertThat(store.find(block.cid())).isEqualTo(block.data());
            assertThat(stored).isEmpty();
            store.writeAll();
            arrivals.flush(arrivals.failures());
            assertThat(arrivals.holds(block.cid().hash())).isFalse();
            assertThat(stored).containsExactly(block.cid().hash());
        });
    }

    @Test
    void aBlockThatComesTwiceBeforeItIsDurableIsStoredOnce() {
        underManySeeds((simulation, store, arrivals, stored) -> {
            Block block = block(1);
            arrivals.add(List.of(block, block));
            arrivals.add(List.of(block));
            simulation.settle();
            arrivals.add(List.of(block));
            store.writeAll();
            arrivals.flush(arrivals.failures());
            assertThat(store.begun).isEqualTo(1);
            assertThat(stored).containsExactly(block.cid().hash());
        });
    }

    @Test
    void whatTheDiskMayStillLoseIsBounded() {
        underManySeeds((simulation, store, arrivals, stored) -> {
            int many = 32 * ROOM / (block(0).size() + 256) + 1;
            List<Block> blocks = new ArrayList<>();
            for (int i = 0; i < many; i++) {
                blocks.add(block(i));
            }
            arrivals.add(blocks);
            simulation.settle();
            boolean[] added = new boolean[1];
            simulation.spawn("adds one more", () -> {
                arrivals.add(List.of(block(many)));
                added[0] = true;
            });
            simulation.settle();
            assertThat(added[0]).isFalse();
            store.writeAll();
            simulation.await("room for one more", () -> added[0]);
            arrivals.flush(arrivals.failures());
            assertThat(stored).hasSize(many + 1);
        });
    }

    @Test
    void blocksThatComeWithinAPauseAreForcedTogetherAtItsEnd() {
        underManySeeds((simulation, store, arrivals, stored) -> {
            store.writeAll();
            arrivals.add(List.of(block(1)));
            simulation.settle();
            arrivals.add(List.of(block(2)));
            simulation.settle();
            assertThat(stored).isEmpty();
            simulation.sleep(PAUSE);
            simulation.settle();
            assertThat(stored)
                    .containsExactly(block(1).cid().hash(), block(2).cid().hash());
            arrivals.add(List.of(block(3)));
            simulation.settle();
            assertThat(stored).hasSize(2);
            simulation.sleep(PAUSE);
            simulation.settle();
            assertThat(stored).hasSize(3);
        });
    }

    @Test
    void aSessionThatFlushesWaitsForNoPause() {
        underManySeeds((simulation, store, arrivals, stored) -> {
            store.writeAll();
            Duration begin = simulation.elapsed();
            arrivals.add(List.of(block(1)));
            simulation.settle();
            arrivals.add(List.of(block(2)));
            arrivals.flush(arrivals.failures());
            assertThat(stored).hasSize(2);
            assertThat(simulation.elapsed().minus(begin)).isLessThan(PAUSE);
        });
    }

    @Test
    void aFlushWaitsForNothingThatComesMeanwhile() {
        underManySeeds((simulation, store, arrivals, stored) -> {
            store.force = FORCE;
            store.writeAll();
            boolean[] over = new boolean[1];
            simulation.spawn("another session", () -> {
                for (int i = 100; i < 300 && !over[0]; i++) {
                    arrivals.add(List.of(block(i)));
                    simulation.sleep(FORCE.dividedBy(4));
                }
            });
            arrivals.add(List.of(block(1)));
            Duration begin = simulation.elapsed();
            arrivals.flush(arrivals.failures());
            over[0] = true;
            assertThat(stored).contains(block(1).cid().hash());
            assertThat(simulation.elapsed().minus(begin)).isLessThan(FORCE.multipliedBy(3));
        });
    }

    @Test
    void halfOfWhatTheDiskMayLoseIsForcedWithoutAPause() {
        underManySeeds((simulation, store, arrivals, stored) -> {
            store.writeAll();
            int half = 32 * ROOM / 2 / (block(0).size() + 256);
            for (int i = 0; i < half; i++) {
                arrivals.add(List.of(block(i)));
                simulation.settle();
            }
            assertThat(stored).isEmpty();
            arrivals.add(List.of(block(half)));
            simulation.settle();
            assertThat(stored).hasSize(half + 1);
        });
    }

    @Test
    void aFailureOfTheDiskIsToldToEachSessionAndTheNextBlocksAreStored() {
        underManySeeds((simulation, store, arrivals, stored) -> {
            store.failure = new IOException("the disk is full");
            store.writeAll();
            arrivals.add(List.of(block(1)));
            for (int session = 0; session < 2; session++) { // both have to hear
                assertThatThrownBy(() -> arrivals.flush(0)).hasMessageContaining("the disk is full");
            }
            assertThat(arrivals.holds(block(1).cid().hash())).isFalse();
            assertThat(stored).isEmpty();
            store.failure = null;
            arrivals.add(List.of(block(1)));
            arrivals.flush(arrivals.failures());
            assertThat(stored).containsExactly(block(1).cid().hash());
        });
    }

    @Test
    void anErrorInTheStoreIsToldToThoseWhoWaitForIt() {
        underManySeeds((simulation, store, arrivals, stored) -> {
            store.writeAll();
            for (boolean later : new boolean[] {false, true}) {
                store.error = new IllegalStateException("broken");
                store.failsLater = later;
                arrivals.add(List.of(block(1)));
                long known = arrivals.failures();
                assertThatThrownBy(() -> arrivals.flush(known))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("broken");
                store.error = null;
            }
            arrivals.add(List.of(block(1)));
            arrivals.flush(arrivals.failures());
            assertThat(stored).containsExactly(block(1).cid().hash());
        });
    }

    private static Block block(int number) {
        byte[] data = new byte[500];
        data[0] = (byte) number;
        return Block.of(Multicodec.RAW, data);
    }

    /** Takes blocks at once, and has them durable when the test lets it. */
    private static final class SlowStore implements BlockStore {
        final ReentrantLock lock = new ReentrantLock();
        final TimedCondition changed;
        boolean writes;
        /** How long the disk takes. */
        Duration force = Duration.ZERO;

        @Nullable
        IOException failure;

        @Nullable
        RuntimeException error;

        boolean failsLater;
        int begun;
        private final Map<Multihash, byte[]> data = new HashMap<>();
        private final Environment environment;

        SlowStore(Environment environment) {
            this.environment = environment;
            changed = new TimedCondition(environment, lock);
        }

        void writeAll() {
            lock.lock();
            try {
                writes = true;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public Writing begin(List<Block> blocks) {
            RuntimeException broken = error;
            if (broken != null && !failsLater) {
                throw broken;
            }
            begun += blocks.size();
            blocks.forEach(block -> data.put(block.cid().hash(), block.data()));
            return () -> {
                lock.lock();
                try {
                    while (!writes) {
                        changed.await(Deadline.NONE);
                    }
                    Deadline forced = Deadline.after(environment, force);
                    while (!forced.passed(environment)) {
                        changed.await(forced);
                    }
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                } finally {
                    lock.unlock();
                }
                if (broken != null) {
                    throw broken;
                }
                IOException failed = failure;
                if (failed != null) {
                    throw failed;
                }
            };
        }

        @Override
        public byte @Nullable [] find(Cid cid) {
            return data.get(cid.hash());
        }

        @Override
        public void putAll(List<Block> blocks) throws IOException {
            begin(blocks).await();
        }

        @Override
        public int size(Cid cid) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Cid> missing(List<Cid> cids) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Multihash> delete(Collection<Multihash> hashes) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void forEach(Visitor visitor) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Usage usage() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Lease lease() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }
}
