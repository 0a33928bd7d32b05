package libp2p.scenarios.store;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import libp2p.blocks.BlockStoreLimits;
import libp2p.core.environment.Deadline;
import libp2p.scenarios.lossy.LossyDisk;
import libp2p.scenarios.lossy.LossyFileSystem;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.Simulation;

/**
 * A random history of a store: clients use it, from several threads, it is closed and opened, the power fails or
 * something else goes wrong, and then everything has to be there that was acknowledged. A seed repeats it.
 */
final class History {
    private static final int[] SEGMENT_BYTES = {600, 1_500, 4_000, 20_000, 1 << 20};
    private static final int MOST_UNINDEXED = 1000;
    private static final int[] UNINDEXED = {1, 3, 8, 30, MOST_UNINDEXED};
    private static final int MOST_CLIENTS = 3;
    private static final int MOST_PHASES = 4;
    private static final int MOST_DEEDS = 8;
    /** Steps of the disk in the first life of most histories. */
    private static final int USUAL_STEPS = 300;

    private static final int MOST_ROOM = 20_000;
    private static final int MOST_DAYS = 1000;
    /** Of four times so many histories, the second part is told by peers of the kit too, the last two by commands. */
    private static final int PART = 16;

    private static final int OF_KIT = 1;
    private static final int OF_COMMANDS = 2;

    /** Of so many histories one is of a crowd: this one, in which the power fails. */
    private static final int ONE_OF = 8;

    private static final int CROWD = 4;
    private static final int OF_CROWD = 4;

    private static final int SLACK = 4096;

    private final Coverage coverage;
    private int steps;

    /** A history that fails tells why. */
    History() {
        this(new Coverage());
    }

    History(Coverage coverage) {
        this.coverage = coverage;
    }

    void accept(long seed) {
        Fault[] faults = Fault.values();
        boolean crashes = seed % 2 == 0;
        run(seed, crashes ? Fault.CRASH : faults[1 + (int) (seed / 2 % (faults.length - 1))], 0);
    }

    /** Steps of the disk in the first life of the last history. */
    int steps() {
        return steps;
    }

    /** @param crashAt the step of the disk at which the power fails in the first life; 0 lets the seed choose */
    void run(long seed, Fault fault, int crashAt) {
        try (Told told = new Told()) {
            Simulation.of(seed)
                    .run(simulation -> new Run(
                                    fault,
                                    (int) (seed / PART % 4),
                                    seed % ONE_OF == CROWD,
                                    told,
                                    new Random(seed * 0x9E3779B97F4A7C15L))
                            .tell(simulation, crashAt));
        }
    }

    /** One history. */
    private final class Run {
        private final Fault fault;
        /** The teller: clients of the store, peers of the kit, or commands. */
        private final int part;

        /** Whether many put and remove one block at once, and the index hears of it late. */
        private final boolean isCrowd;

        private final Told told;
        private final Random random;
        private final BlockStoreLimits limits;
        private final Ledger ledger = new Ledger();
        /** The disk as it was once when the store was closed. */
        private LossyDisk older = new LossyDisk();

        private boolean hasLostPower;
        /** Files of which nothing knows how long they were. */
        private final Set<String> unknown = new HashSet<>();

        Run(Fault fault, int part, boolean isCrowd, Told told, Random random) {
            this.part = part;
            this.isCrowd = isCrowd;
            this.fault = fault;
            this.told = told;
            this.random = random;
            BlockStoreLimits some =
                    new BlockStoreLimits(8 << 20, Long.MAX_VALUE, any(SEGMENT_BYTES), any(UNINDEXED), 128);
            limits = isCrowd ? some.withUnindexed(MOST_UNINDEXED) : some;
        }

        private int any(int[] of) {
            return of[random.nextInt(of.length)];
        }

        void tell(Simulation simulation, int crashAt) throws Exception {
            LossyDisk disk = new LossyDisk();
            disk.journal(random.nextInt(4) == 0);
            Life first = new Life(simulation, 1, disk);
            int chosen = fault == Fault.CRASH || random.nextInt(3) == 0 ? 1 + random.nextInt(USUAL_STEPS) : 0;
            first.live(crashAt == 0 ? chosen : crashAt, this::use);
            steps = first.steps();
            ledger.crash();
            disk = first.left(random);
            hasLostPower = first.hasLostPower();
            coverage.add(fault, ledger.ways());
            Damage damage = fault.isDamage() ? Damage.on(disk, older, fault, random) : Damage.NONE;
            if (!damage.files().isEmpty()) {
                ledger.damage(damage);
            }
            Life second = new Life(simulation, 2, disk);
            boolean crashesAgain = !damage.files().isEmpty() && random.nextBoolean();
            int again = 1 + random.nextInt(USUAL_STEPS / 2);
            second.live(crashesAgain ? again : 0, (environment, files) -> goOn(environment, files, damage));
            ledger.crash();
            Life third = new Life(simulation, 3, second.left(random));
            hasLostPower |= second.hasLostPower();
            Damage left = second.hasCrashed() ? damage : Damage.NONE;
            third.live(0, (environment, files) -> goOn(environment, files, left));
            if (damage.files().isEmpty() && (told.mentions(" is gone") || told.mentions(": not there"))) {
                throw new AssertionError("nothing is gone, but it is said: " + told);
            }
        }

        private OpenStore open(SimulatedEnvironment environment, LossyFileSystem files) throws IOException {
            return part == OF_KIT && random.nextInt(4) > 0
                    ? OpenStore.openByKit(environment, Life.folder(files))
                    : openPlain(environment, files);
        }

        private OpenStore openPlain(SimulatedEnvironment environment, LossyFileSystem files) throws IOException {
            return OpenStore.open(environment, Life.folder(files), limits);
        }

        /** Clients use the store in phases, between which it may be opened anew. */
        private void use(SimulatedEnvironment environment, LossyFileSystem files) throws Exception {
            boolean closes = random.nextInt(3) > 0 && !isCrowd;
            OpenStore store = open(environment, files);
            int phases = (fault == Fault.OLDER ? 2 : 1) + random.nextInt(MOST_PHASES);
            for (int i = 0; i < phases; i++) {
                boolean isFull = fault == Fault.FULL && random.nextBoolean();
                if (isFull) {
                    files.disk().capacity(files.disk().used() + random.nextInt(MOST_ROOM));
                }
                clients(environment, store, isFull);
                if (isFull) {
                    files.disk().capacity(Long.MAX_VALUE);
                }
                trouble(environment, files);
                if (fault == Fault.OLDER ? i + 1 < phases : random.nextInt(3) == 0 && !isCrowd) {
                    store.close();
                    older = files.disk().copy();
                    store = open(environment, files);
                }
            }
            if (closes) {
                store.close();
            }
        }

        private void trouble(SimulatedEnvironment environment, LossyFileSystem files) {
            if (fault == Fault.CLOCK) {
                environment.jumpWallClock(Duration.ofDays(random.nextInt(2 * MOST_DAYS) - MOST_DAYS));
            } else if (fault == Fault.SECOND_PROCESS) {
                boolean opened = false;
                try (LossyFileSystem other = files.anotherProcess()) {
                    open(environment, other);
                    opened = true;
                } catch (IOException expected) {
                    told.add(expected);
                }
                if (opened) {
                    throw new AssertionError("two processes have the same store");
                }
            }
        }

        /** Several clients at once, until all are done. */
        private void clients(SimulatedEnvironment environment, OpenStore store, boolean mayFail) throws Exception {
            boolean contended = random.nextInt(4) == 0 || isCrowd;
            Client.Contention contention = isCrowd
                    ? Client.Contention.CROWD
                    : contended ? Client.Contention.ONE_BLOCK : Client.Contention.NONE;
            int count = isCrowd ? OF_CROWD : 1 + random.nextInt(MOST_CLIENTS);
            List<Throwable> failures = new ArrayList<>();
            int[] running = {count};
            Thread waiting = Thread.currentThread();
            for (int i = 0; i < count; i++) {
                int deeds = 1 + random.nextInt(contended ? 3 * MOST_DEEDS : MOST_DEEDS);
                Client client = new Client(
                        store, ledger, new Random(random.nextLong()), mayFail, contention, part >= OF_COMMANDS);
                environment.start("client", () -> {
                    try {
                        client.run(deeds);
                    } catch (Throwable e) {
                        failures.add(e);
                    } finally {
                        running[0]--;
                        Life.wake(waiting);
                    }
                });
            }
            while (running[0] > 0) {
                environment.park(failures, Deadline.NONE);
            }
            Life.rethrow(failures.isEmpty() ? null : failures.getFirst());
        }

        /** Everything is there; and still after more use, a collection, and once more opening. */
        private void goOn(SimulatedEnvironment environment, LossyFileSystem files, Damage damage) throws Exception {
            OpenStore store = damage.files().isEmpty()
                    ? open(environment, files)
                    : new Repair(
                                    () -> openPlain(environment, files),
                                    files.disk(),
                                    ledger,
                                    told,
                                    damage,
                                    hasLostPower,
                                    unknown)
                            .run(random, by -> coverage.addHealed(fault, by));
            check(store, "after the store was opened");
            clients(environment, store, false);
            check(store, "after more use");
            boolean collected = store.collect(ledger);
            check(store, "after a collection");
            if (collected && !fault.isDamage()) { // what cannot be read is kept
                requireRoom(files.disk(), store);
            }
            store.close();
            store = open(environment, files);
            check(store, "after the store was closed and opened");
            store.close();
        }

        /** A collection gives the disk back what more than half of a file takes. */
        private void requireRoom(LossyDisk disk, OpenStore store) throws IOException {
            long log = disk.files().stream()
                    .filter(file -> file.endsWith(".blocks"))
                    .mapToLong(file -> disk.bytes(file).length)
                    .sum();
            long most = 2 * store.livingBytes() + SLACK;
            if (log > most) {
                throw new AssertionError("after a collection the log takes " + log + " bytes, more than " + most);
            }
        }

        private void check(OpenStore store, String when) throws IOException {
            new Check(store, ledger, when).all();
        }
    }
}
