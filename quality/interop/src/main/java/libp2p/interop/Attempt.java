package libp2p.interop;

import java.time.Duration;
import java.util.List;

/**
 * The outcome of a cell's dialing process.
 *
 * @param exitCode how it ended
 * @param events what it printed
 * @param lifetime of its connection, where we stood in between; otherwise, or if it came about not at all, zero
 * @param target what it was told to dial
 */
record Attempt(int exitCode, List<Event> events, Duration lifetime, Target target) {
    /**
     * The target of a dialer.
     *
     * @param peerId the identity of the listener
     * @param listening the address on which it listens, without {@code /p2p/ID}
     * @param seenFrom the address from which the connection reached the listener, empty where it is not known
     */
    record Target(String peerId, String listening, String seenFrom) {}

    private static final int DONE = 0;
    private static final int USAGE = 2;
    private static final int WRONG_PEER = 4;

    List<Event> events(String name) {
        return events.stream().filter(event -> event.name().equals(name)).toList();
    }

    /** The only event of this name of an attempt that has succeeded. */
    Event single(String name) throws CheckFailedException {
        return all(name, 1).getFirst();
    }

    /** The events of this name of an attempt that has succeeded, which must be so many. */
    List<Event> all(String name, int count) throws CheckFailedException {
        require(exitCode == DONE, "exit code " + exitCode);
        List<Event> found = events(name);
        require(found.size() == count, found.size() + " events " + name + " instead of " + count);
        return found;
    }

    /** The dialer must have noticed that another peer is there. */
    void requireWrongPeer() throws CheckFailedException {
        require(exitCode == WRONG_PEER, "exit code " + exitCode + " instead of " + WRONG_PEER);
        requireNothingDone();
    }

    /** The dialer must have failed, not on its own command line, and in time. */
    void requireRefusal(Duration within) throws CheckFailedException {
        require(exitCode != DONE, "a connection came about");
        require(exitCode != USAGE, "exit code " + exitCode);
        requireNothingDone();
        require(lifetime.isPositive(), "did not dial");
        require(
                lifetime.compareTo(within) <= 0,
                "the connection lived for %.1f s, allowed are %d s"
                        .formatted(lifetime.toMillis() / 1e3, within.toSeconds()));
    }

    private void requireNothingDone() throws CheckFailedException {
        require(events.isEmpty(), "printed " + events);
    }

    static void require(boolean condition, String otherwise) throws CheckFailedException {
        if (!condition) {
            throw new CheckFailedException(otherwise);
        }
    }
}
