package libp2p.growth;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;

/** A way to attack a host, and what the host may hold because of it. */
interface HostileDriver {
    /** Names the driver in failures, in the arguments of the command, and on the page. */
    String name();

    /** The handlers, handshakes and discovery inputs that its operations reach. */
    Set<Class<?>> covers();

    /** The classes that may grow, with the most instances of each; usually none. */
    List<Bound> bounds();

    /** The limits of the victim that are set so low that what they bound is full before anything is counted. */
    default SequencedMap<String, Object> limits() {
        return new LinkedHashMap<>();
    }

    /** Starts a victim and what attacks it. */
    Attack begin(Scene scene) throws Exception;

    /** A victim under attack. Used by the first thread of a simulation. */
    interface Attack extends AutoCloseable {
        /**
         * Does so many hostile operations, then ends what they have left open and lets the deadlines of the victim
         * pass.
         *
         * @throws AssertionError if they did not reach what the driver covers
         */
        void operate(int count) throws Exception;

        /** Closes the victim and what attacks it. */
        @Override
        void close() throws Exception;
    }
}
