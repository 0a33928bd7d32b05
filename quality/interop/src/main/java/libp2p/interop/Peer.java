package libp2p.interop;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One implementation with the command line of {@code quality/interop/peers/README.md}.
 *
 * @param name how it is called on our command line and in the report
 * @param implementation its full name
 * @param version the version under test, as its manifest pins it
 * @param agent how the agent that it tells by identify begins
 * @param program the file to start
 * @param options options it needs on every command line, beyond the common contract
 * @param environment what is added to the environment of its processes
 */
record Peer(
        String name,
        String implementation,
        String version,
        String agent,
        String program,
        List<String> options,
        Map<String, String> environment) {
    /** The commands of the contract that our program has under {@code debug}. */
    private static final Set<String> INSTRUMENTS = Set.of("halfclose", "reset", "streams");

    /** The whole command line of a command. */
    List<String> commandLine(List<String> arguments) {
        List<String> line = new ArrayList<>(List.of(program));
        if (name.equals("java") && !arguments.isEmpty() && INSTRUMENTS.contains(arguments.getFirst())) {
            line.add("debug");
        }
        line.addAll(arguments);
        line.addAll(options);
        return line;
    }

    /** Whether its listeners tell of connections only when {@code --connections} asks for it; the others always do. */
    boolean printsOnRequest() {
        return name.equals("java");
    }

    /** Whether its wss listeners take a certificate from us; the others make their own. */
    boolean takesCertificate() {
        return name.equals("java");
    }

    /** Whether its wss dialers cannot be told to take any certificate, and are given ours to trust. */
    boolean verifiesAlways() {
        return name.equals("rust");
    }

    @Override
    public String toString() {
        return name;
    }
}
