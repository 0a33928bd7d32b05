package libp2p.interop;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Starts the dialing process of a cell, waits for its end and has the check verified. */
final class Dialing {
    /** An identity of no peer here, from the test vectors of the specification of peer ids. */
    private static final String STRANGER = "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA";

    private static final Pattern TCP_PORT = Pattern.compile("^(/ip4/127\\.0\\.0\\.1/tcp/)([0-9]+)");

    /** The checks for which we stand in between, to know the address of the dialer and the life of the connection. */
    private static final Set<Check> WATCHED = EnumSet.of(Check.OBSERVED, Check.PSK_MISMATCH);

    private final Keys keys;

    Dialing(Keys keys) {
        this.keys = keys;
    }

    /**
     * Runs a cell once.
     *
     * @param within how long the process may take
     */
    void run(Cell cell, Listener listener, Path log, Duration within)
            throws IOException, InterruptedException, CheckFailedException {
        String full = listener.address();
        String listening = full.substring(0, full.lastIndexOf("/p2p/"));
        Matcher port = TCP_PORT.matcher(listening);
        if (!WATCHED.contains(cell.check()) || !port.find()) {
            Attempt.Target target = new Attempt.Target(listener.peerId(), listening, "");
            run(cell, full, target, () -> Duration.ZERO, log, within);
            return;
        }
        try (Forwarder forwarder = new Forwarder(Integer.parseInt(port.group(2)))) {
            String entry = port.group(1) + forwarder.entryPort() + full.substring(port.end());
            String seenFrom = port.group(1) + forwarder.exitPort() + listening.substring(port.end());
            Attempt.Target target = new Attempt.Target(listener.peerId(), listening, seenFrom);
            run(cell, entry, target, forwarder::lifetime, log, within);
        }
    }

    private void run(
            Cell cell, String address, Attempt.Target target, Supplier<Duration> lifetime, Path log, Duration within)
            throws IOException, InterruptedException, CheckFailedException {
        List<Event> events = new CopyOnWriteArrayList<>();
        try (PeerProcess process = new PeerProcess(cell.dialer(), arguments(cell, address), log, events::add)) {
            process.awaitEnd(within);
            Attempt.require(process.garbage().isEmpty(), process.garbage());
            cell.check().verify(cell, new Attempt(process.exitCode(), events, lifetime.get(), target));
        }
    }

    private List<String> arguments(Cell cell, String address) {
        List<String> arguments = new ArrayList<>(cell.check().arguments(cell));
        String dialed =
                cell.check() == Check.WRONG_PEER ? address.replaceFirst("/p2p/.*", "/p2p/" + STRANGER) : address;
        arguments.add(1, dialed);
        arguments.addAll(List.of("--limits", "none"));
        if (!cell.transport().securesAndMuxes()) {
            arguments.addAll(List.of("--security", cell.security(), "--muxer", cell.muxer()));
        }
        if (cell.transport().hasCertificate()) {
            arguments.addAll(
                    cell.dialer().verifiesAlways()
                            ? List.of(
                                    "--tls-ca", keys.certificate().certificate().toString())
                            : List.of("--tls-insecure"));
        }
        if (cell.check().privateNetwork()) {
            Path key = cell.check() == Check.PSK_MISMATCH ? keys.other() : keys.shared();
            arguments.addAll(List.of("--psk", key.toString()));
        }
        cell.check()
                .identity()
                .ifPresent(type ->
                        arguments.addAll(List.of("--key", keys.identity(type).toString())));
        return arguments;
    }
}
