package libp2p.scenarios.flood;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import libp2p.system.SystemEnvironment;

/**
 * The attacking process: {@code ATTACK PORT COUNT}. Says {@code begun} and rests; told {@code go} it attacks, told
 * {@code rest} it does nothing, with the connections that it has. Says {@code done} when it has done what it does so
 * many times; goes on until its input ends.
 */
final class Attacker {
    /** One of the workers of an attack. */
    @FunctionalInterface
    interface Worker {
        /** Does what it does once or until it is refused. */
        void work(int number) throws Exception;
    }

    /** An attack, how many do it at the same time, and how long each rests after a refusal. */
    record Attack(int workers, Duration rest, Worker worker) {}

    private static final Duration SHORT = Duration.ofMillis(20);
    private static final Duration LONG = Duration.ofSeconds(1);

    final Environment environment = SystemEnvironment.shared();
    final InetSocketAddress target;
    private final long count;
    private final AtomicLong made = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition told = new TimedCondition(environment, lock);
    private volatile boolean resting = true;
    private volatile boolean ended;
    private long attacked;

    private Attacker(int port, long count) {
        this.target = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        this.count = count;
    }

    public static void main(String[] arguments) throws Exception {
        Attacker attacker = new Attacker(Integer.parseInt(arguments[1]), Long.parseLong(arguments[2]));
        Attack attack = attacker.attack(arguments[0]);
        System.out.println("begun");
        for (int i = 0; i < attack.workers(); i++) {
            int number = i;
            attacker.environment.start("attack-" + i, () -> attacker.repeat(attack, number));
        }
        attacker.obey();
        attacker.rest(true); // so that the time counts
        attacker.ended = true;
        System.out.println("ended made=" + attacker.made + " refused=" + attacker.refused + " millis="
                + Duration.ofNanos(attacker.attacked).toMillis());
        System.exit(0); // the sockets go with the process
    }

    private void obey() throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        String line;
        while ((line = in.readLine()) != null) {
            rest(line.equals("rest"));
            System.out.println(line);
        }
    }

    private void rest(boolean value) {
        lock.lock();
        try {
            if (resting != value) {
                attacked += value ? environment.nanoTime() : -environment.nanoTime();
                resting = value;
                told.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits while the attack rests. */
    private void awaitTurn() {
        if (!resting || ended) {
            return;
        }
        lock.lock();
        try {
            while (resting && !ended) {
                told.await(Deadline.NONE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    private Attack attack(String name) {
        return switch (name) {
            case "connections" -> new Attack(32, SHORT, new ConnectionFlood(this)::connect);
            case "streams" -> new Attack(64, SHORT, new StreamFlood(this)::open);
            case "records" -> new Attack(32, SHORT, new RecordFlood(this)::push);
            case "trickle" -> new Attack((int) Math.min(count, 1050), LONG, new Trickle(this)::connect);
            case "quic-handshakes" -> new Attack(4, SHORT, new QuicFlood(this)::begin);
            case "quic-forged" -> new Attack(4, SHORT, new QuicFlood(this)::forge);
            case "quic-streams" -> new Attack(16, SHORT, new QuicFlood(this)::open);
            case "deaf" -> new Attack((int) Math.min(count, 210), LONG, new DeafReaders(this)::connect);
            case "silence" -> new Attack(2, SHORT, number -> new QuicFlood(this).frames(QuicFrames.SILENCE));
            case "h3-requests", "h3-capsules", "h3-unidirectional", "h3-settings" -> {
                Http3Flood kind =
                        Http3Flood.valueOf(name.substring("h3-".length()).toUpperCase(Locale.ROOT));
                yield new Attack(4, SHORT, number -> new QuicFlood(this).http3(kind));
            }
            default -> {
                QuicFrames kind = QuicFrames.valueOf(name.toUpperCase(Locale.ROOT));
                yield new Attack(4, SHORT, number -> new QuicFlood(this).frames(kind));
            }
        };
    }

    boolean hasEnded() {
        return ended;
    }

    private void repeat(Attack attack, int number) {
        while (!ended) {
            awaitTurn();
            try {
                attack.worker().work(number);
            } catch (IOException e) {
                refused.incrementAndGet();
                pause(attack.rest());
            } catch (Exception e) {
                if (!ended) {
                    e.printStackTrace();
                }
                return;
            }
        }
    }

    /** Counts one more of what the attack consists of, refused or not. */
    void did() {
        if (made.incrementAndGet() == count) {
            System.out.println("done");
        }
        awaitTurn();
    }

    void pause(Duration time) {
        Deadline until = Deadline.after(environment, time);
        while (!until.passed(environment)) {
            environment.park(this, until);
        }
    }

    /** Things that are held, so many at most; the eldest is let go. */
    static final class Held<T> {
        private final int maximum;
        private final Consumer<T> release;
        private final ArrayDeque<T> held = new ArrayDeque<>();

        Held(int maximum, Consumer<T> release) {
            this.maximum = maximum;
            this.release = release;
        }

        void add(T thing) {
            List<T> over = new ArrayList<>();
            synchronized (held) {
                held.add(thing);
                while (held.size() > maximum) {
                    over.add(held.remove());
                }
            }
            over.forEach(release);
        }
    }
}
