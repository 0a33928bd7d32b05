package libp2p.testkit.oracle;

import java.util.function.Consumer;

/** Judges the messages of one kind of protocol. Used by the threads of one simulation. */
interface Oracle {
    /** Whether it reads the messages of a protocol, each of which has its length in front. */
    boolean reads(String protocol);

    /** A message was sent or has arrived. Faults are told to the consumer. */
    void heard(Exchange exchange, Fields message, Consumer<String> faults);

    /** A connection of the host has ended. */
    default void ended(Object instance, long connection) {}

    /** The scenario is over, and its hosts still run. */
    default void end(long now, Consumer<String> faults) {}
}
