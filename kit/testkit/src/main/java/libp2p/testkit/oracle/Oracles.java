package libp2p.testkit.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import libp2p.core.environment.Environment;
import libp2p.quic.connection.Tracer;

/** All oracles of one world. Used by the threads of its simulation. */
public final class Oracles {
    /** A host breaks the same rule many times; the first tell enough. */
    private static final int MOST_FAULTS = 20;

    private final List<Oracle> oracles = List.of(
            new BackoffOracle(),
            new DontWantOracle(),
            new CancelOracle(),
            new ProviderOracle(),
            new NameOracle(),
            new RegistrationOracle());
    private final List<FrameOracle> connections = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();
    private long numbers;

    /** Hears a host that is about to be made. */
    public Wiretap tap(Environment environment, String name) {
        return new Wiretap(this, environment, name);
    }

    /**
     * Judges what has to have followed while the hosts ran, and requires that no host has broken a rule.
     *
     * @param now in nanoseconds
     */
    public void require(long now) {
        oracles.forEach(oracle -> oracle.end(now, this::fault));
        connections.forEach(connection -> connection.end(now));
        assertThat(faults).as("faults that oracles have found").isEmpty();
    }

    /** The faults that were found so far. */
    public List<String> faults() {
        return List.copyOf(faults);
    }

    private void fault(String text) {
        if (faults.size() < MOST_FAULTS) {
            faults.add(text);
        }
    }

    long nextConnection() {
        return numbers++;
    }

    Tracer connection(String who, boolean client) {
        FrameOracle oracle = new FrameOracle(who, client, this::fault);
        connections.add(oracle);
        return oracle;
    }

    boolean reads(String protocol) {
        return oracles.stream().anyMatch(oracle -> oracle.reads(protocol));
    }

    void ended(Object instance, long connection) {
        oracles.forEach(oracle -> oracle.ended(instance, connection));
    }

    void heard(Exchange exchange) {
        Fields message;
        try {
            message = new Fields(exchange.message());
        } catch (IllegalArgumentException hostile) {
            return;
        }
        for (Oracle oracle : oracles) {
            if (oracle.reads(exchange.protocol())) {
                try {
                    oracle.heard(exchange, message, this::fault);
                } catch (IllegalArgumentException hostile) {
                    // an inner message that is none
                }
            }
        }
    }
}
