package libp2p.crypto;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import libp2p.crypto.EngineReport.PassedOver;
import libp2p.crypto.engine.EngineUnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the engine of one primitive on first use: the first in the order that is there and passes its known-answer
 * test. Threads that meet here may each test, and all get the first result; nobody waits.
 */
final class Selection<E> {
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

    private final Primitive primitive;
    private final List<Engine> order;
    private final Factory<E> factory;
    private final Test<E> test;
    private final AtomicReference<@Nullable Chosen<E>> chosen = new AtomicReference<>();

    Selection(Primitive primitive, List<Engine> order, Factory<E> factory, Test<E> test) {
        this.primitive = primitive;
        this.order = order;
        this.factory = factory;
        this.test = test;
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
            try {
                E implementation = factory.create(engine);
                if (test.passes(implementation)) {
                    String detail = EngineCatalogue.detail(engine);
                    return new Chosen<>(implementation, new EngineReport(primitive, engine, detail, passedOver));
                }
                passedOver.add(new PassedOver(engine, "failed its known-answer test"));
            } catch (EngineUnavailableException unavailable) {
                passedOver.add(new PassedOver(engine, String.valueOf(unavailable.getMessage())));
            } catch (Exception | LinkageError failure) {
                passedOver.add(new PassedOver(engine, "failed its known-answer test: " + failure));
            }
        }
        throw new IllegalStateException("no crypto engine for " + primitive.label() + ": " + passedOver);
    }
}
