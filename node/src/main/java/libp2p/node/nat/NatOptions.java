package libp2p.node.nat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import libp2p.HostBuilder;
import libp2p.core.connection.ConnectionLimits;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.peer.AddressBook.Origin;
import libp2p.core.peer.AddressBook.State;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.nat.Nat;
import libp2p.nat.address.Publicness;
import libp2p.nat.mapping.Method;
import libp2p.nat.relay.RelayLimits;
import libp2p.system.SystemEnvironment;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options about relays, reachability and hole punching. */
public final class NatOptions {
    @Option(names = "--relay-service", description = "Be a relay for others.")
    boolean relayService;

    @Option(
            names = "--relay-limits",
            paramLabel = "default|none|FILE",
            description =
                    "The limits of the relay that --relay-service makes: go-libp2p's 2 minutes and 128 KiB a circuit,"
                            + " nothing limited, or a file of lines such as circuit.seconds=120, circuit.bytes=131072,"
                            + " reservations=128.")
    @Nullable
    String relayLimits;

    @Option(
            names = "--relay",
            paramLabel = "MULTIADDR",
            description = "A relay at which a place is kept, so that others reach this host through it; repeatable.")
    List<String> relays = List.of();

    @Option(names = "--auto-relay", description = "Find relays when others cannot dial this host.")
    boolean autoRelay;

    @Option(names = "--no-hole-punch", description = "Be content with connections through relays.")
    boolean noHolePunch;

    @Option(names = "--autonat-service", description = "Dial others back, so that they learn how they are reached.")
    boolean autoNatService;

    @Option(
            names = "--nat-map",
            paramLabel = "METHOD",
            split = ",",
            arity = "0..1",
            fallbackValue = "pcp,pmp,upnp",
            description = "Ask the router for ports: pcp, pmp, upnp; without a method: all.")
    List<String> natMap = List.of();

    @Option(
            names = "--assume-public",
            paramLabel = "CIDR",
            description = "A network that counts as public, for rigs and tests; repeatable.")
    List<String> assumePublic = List.of();

    @Option(
            names = "--announce",
            paramLabel = "MULTIADDR",
            arity = "1..*",
            description = "Addresses to tell others, whatever is found out about them; repeatable.")
    List<String> announce = List.of();

    @Option(names = "--connect", paramLabel = "MULTIADDR", description = "A peer to stay connected to; repeatable.")
    List<String> connect = List.of();

    private boolean wanted;

    /** Installs what helps behind routers although no option asks for it. */
    public void want() {
        wanted = true;
    }

    /** Is a relay, or finds relays where others cannot dial this host, unless options name relays. */
    public void forRole(boolean isRelay) {
        relayService |= isRelay;
        autoRelay |= !isRelay && relays.isEmpty();
    }

    /** Whether anything is needed that helps behind routers. */
    public boolean isUsed() {
        return wanted
                || relayService
                || relayLimits != null
                || !relays.isEmpty()
                || autoRelay
                || autoNatService
                || noHolePunch
                || !natMap.isEmpty()
                || !assumePublic.isEmpty()
                || !announce.isEmpty()
                || !connect.isEmpty();
    }

    /** Which addresses count as public. */
    public Publicness publicness() {
        return Publicness.assuming(assumePublic);
    }

    /**
     * Adds what the options ask for.
     *
     * @throws IOException if the file of limits cannot be read
     */
    public void install(HostBuilder builder) throws IOException {
        if (relayLimits != null && !relayService) {
            throw new IllegalArgumentException("--relay-limits needs --relay-service");
        }
        Nat nat = Nat.create().withPublicness(publicness());
        if (relayService) {
            nat = nat.withRelayService(limits(relayLimits == null ? "default" : relayLimits));
        }
        if (autoNatService) {
            nat = nat.withAutoNatService();
        }
        if (noHolePunch) {
            nat = nat.withoutHolePunching();
        }
        if (autoRelay) {
            nat = nat.withAutoRelay();
        }
        nat = nat.withPortMapping(portMapping());
        for (String relay : relays) {
            nat = nat.withRelay(PeerAddress.parse(relay));
        }
        builder.with(nat).with(new DirectWait());
    }

    /** Protocols by which the router is asked for ports; empty for none. */
    Set<Method> portMapping() {
        Set<Method> methods = EnumSet.noneOf(Method.class);
        for (String name : natMap) {
            methods.add(method(name.strip()));
        }
        return methods;
    }

    private static Method method(String name) {
        for (Method method : Method.values()) {
            if (method.name().equalsIgnoreCase(name)) {
                return method;
            }
        }
        throw new IllegalArgumentException("--nat-map: '" + name + "' is none of pcp, pmp, upnp");
    }

    private static RelayLimits limits(String choice) throws IOException {
        return switch (choice) {
            case "default" -> RelayLimits.DEFAULT;
            case "none" -> RelayLimits.DEFAULT.withUnlimitedCircuits();
            default -> fromFile(Path.of(choice));
        };
    }

    private static RelayLimits fromFile(Path file) throws IOException {
        Properties lines = new Properties();
        try (var reader = Files.newBufferedReader(file)) {
            lines.load(reader);
        }
        ConnectionLimits each = RelayLimits.Circuits.DEFAULT.each();
        long seconds = number(
                lines, "circuit.seconds", each == null ? 0 : each.duration().toSeconds());
        long bytes = number(lines, "circuit.bytes", each == null ? 0 : each.bytes());
        RelayLimits.Reservations base = RelayLimits.Reservations.DEFAULT;
        long count = number(lines, "reservations", base.count());
        long perAddress = number(lines, "reservations.per-address", base.perAddress());
        long perNetwork = number(lines, "reservations.per-network", base.perNetwork());
        long lifetime = number(lines, "reservations.seconds", base.lifetime().toSeconds());
        if (!lines.isEmpty()) {
            throw new IllegalArgumentException(file + ": unknown limits " + lines.stringPropertyNames());
        }
        @Nullable
        ConnectionLimits circuit =
                seconds == 0 && bytes == 0 ? null : new ConnectionLimits(Duration.ofSeconds(seconds), bytes);
        return RelayLimits.DEFAULT
                .withCircuit(circuit)
                .withReservations(new RelayLimits.Reservations(
                        Math.toIntExact(count),
                        Duration.ofSeconds(lifetime),
                        Math.toIntExact(perAddress),
                        Math.toIntExact(perNetwork)));
    }

    private static long number(Properties lines, String name, long otherwise) {
        Object text = lines.remove(name);
        if (text == null) {
            return otherwise;
        }
        String digits = text.toString().strip();
        if (!digits.matches("[0-9]{1,18}")) {
            throw new IllegalArgumentException(
                    "--relay-limits: %s is '%s', not a number from 0 on".formatted(name, digits));
        }
        return Long.parseLong(digits);
    }

    /** Does with the running host what the options ask for. */
    public void follow(Host host) {
        for (String address : announce) {
            host.addressBook().put(Multiaddr.parse(address).withoutPeer(), Origin.CONFIGURED, State.CONFIRMED);
        }
        for (String peer : connect) {
            host.connectionManager().keep(PeerAddress.parse(peer));
        }
    }

    /** Does with the running host what the options ask for, and prints what happens from now on. */
    public void follow(Host host, EventPrinter output) {
        follow(host);
        if (isUsed()) {
            Thread _ = SystemEnvironment.shared().start("nat-events", new NatEvents(host, output));
        }
    }
}
