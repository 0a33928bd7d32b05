package libp2p.crypto;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import libp2p.crypto.EngineProbes.Operation;
import libp2p.crypto.EngineProbes.Probe;
import libp2p.crypto.EngineReport.PassedOver;
import libp2p.crypto.EngineReport.Timing;
import libp2p.crypto.engine.EngineUnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the engine of one primitive on first use: the first in the order that is there and passes its known-answer
 * test. Threads that meet here may each test, and all get the first result; no thread waits. One that takes long to load
 * may take over later, or the fastest of a measurement.
 */
final class Selection<E> {
    /** Another engine has to be so much faster to take the place of the one in use. */
    private static final double WORTHWHILE = 1.25;

    /** Makes the implementation of an engine. */
    @FunctionalInterface
    interface Factory<E> {
        E create(Engine engine) throws EngineUnavailableException;
    }

    /** Tests an implementation. */
    @FunctionalInterface
    interface Test<E> {
        boolean passes(E implementation) throws Exception;
    }

    private record Chosen<E>(E implementation, EngineReport report) {}

    private record Candidate<E>(Engine engine, E implementation) {}

    private final Primitive primitive;
    private final List<Engine> order;
    private final boolean fixed;
    private final Factory<E> factory;
    private final Test<E> test;
    private final Probe<E> probe;
    private final AtomicReference<@Nullable Chosen<E>> chosen = new AtomicReference<>();

    Selection(Primitive primitive, EnginePreference preference, Factory<E> factory, Test<E> test, Probe<E> probe) {
        this.primitive = primitive;
        this.order = preference.order(primitive);
        this.fixed = preference.isFixed(primitive);
        this.factory = factory;
        this.test = test;
        this.probe = probe;
    }

    E implementation() {
        return chosen().implementation();
    }

    EngineReport report() {
        return chosen().report();
    }

    private Chosen<E> chosen() {
        Chosen<E> current = chosen.get();
        if (current == null) {
            Chosen<E> fresh = choose();
            Chosen<E> winner = chosen.compareAndExchange(null, fresh);
            current = winner == null ? fresh : winner;
        }
        return current;
    }

    private Chosen<E> choose() {
        List<PassedOver> passedOver = new ArrayList<>();
        for (Engine engine : order) {
            E implementation = tested(engine, passedOver);
            if (implementation != null) {
                return new Chosen<>(implementation, report(engine, passedOver, List.of()));
            }
        }
        throw new IllegalStateException("no crypto engine for " + primitive.label() + ": " + passedOver);
    }

    private EngineReport report(Engine engine, List<PassedOver> passedOver, List<Timing> timings) {
        return new EngineReport(primitive, engine, EngineCatalogue.detail(engine), passedOver, timings);
    }

    /** The implementation of an engine, or null if it cannot be used, which is noted. */
    private @Nullable E tested(Engine engine, List<PassedOver> passedOver) {
        try {
            E implementation = factory.create(engine);
            if (test.passes(implementation)) {
                return implementation;
            }
            passedOver.add(new PassedOver(engine, "failed its known-answer test"));
        } catch (EngineUnavailableException unavailable) {
            passedOver.add(new PassedOver(engine, String.valueOf(unavailable.getMessage())));
        } catch (Exception | LinkageError failure) {
            passedOver.add(new PassedOver(engine, "failed its known-answer test: " + failure));
        }
        return null;
    }

    /** Takes an engine of the order for what is made from now on, if it works and no preference fixes another. */
    void takeOver(Engine engine) {
        Chosen<E> current = chosen();
        if (fixed || !order.contains(engine) || current.report().engine() == engine) {
            return;
        }
        List<PassedOver> passedOver = new ArrayList<>(current.report().passedOver());
        E implementation = tested(engine, passedOver);
        E taken = implementation == null ? current.implementation() : implementation;
        Engine inUse = implementation == null ? current.report().engine() : engine;
        chosen.set(new Chosen<>(taken, report(inUse, passedOver, List.of())));
    }

    /**
     * Measures all engines of a primitive that is in use, unless its engine is fixed, and takes the fastest for what is
     * made from now on.
     */
    void measure(LongSupplier nanoTime) {
        Chosen<E> current = chosen.get();
        if (fixed || current == null || order.size() == 1) {
            return;
        }
        List<PassedOver> passedOver = new ArrayList<>();
        List<Candidate<E>> candidates = new ArrayList<>();
        for (Engine engine : order) {
            E implementation =
                    engine == current.report().engine() ? current.implementation() : tested(engine, passedOver);
            if (implementation != null) {
                candidates.add(new Candidate<>(engine, implementation));
            }
        }
        List<Operation> operations = new ArrayList<>();
        try {
            for (Candidate<E> candidate : candidates) {
                operations.add(probe.prepare(candidate.implementation()));
            }
            chosen.set(fastest(current, candidates, EngineRace.run(operations, nanoTime), passedOver));
        } catch (Exception | LinkageError failure) {
            System.getLogger("libp2p.crypto")
                    .log(System.Logger.Level.DEBUG, "engines of " + primitive.label() + " not measured", failure);
        } finally {
            operations.forEach(Operation::close);
        }
    }

    private Chosen<E> fastest(
            Chosen<E> current, List<Candidate<E>> candidates, List<Double> nanos, List<PassedOver> passedOver) {
        List<Timing> timings = new ArrayList<>();
        int inUse = 0;
        int best = 0;
        for (int i = 0; i < candidates.size(); i++) {
            Engine engine = candidates.get(i).engine();
            timings.add(new Timing(engine, nanos.get(i)));
            inUse = engine == current.report().engine() ? i : inUse;
            best = nanos.get(i) < nanos.get(best) ? i : best;
        }
        Candidate<E> winner = candidates.get(nanos.get(best) * WORTHWHILE <= nanos.get(inUse) ? best : inUse);
        return new Chosen<>(winner.implementation(), report(winner.engine(), passedOver, timings));
    }
}
