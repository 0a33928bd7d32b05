import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import libp2p.HostBuilder;
import libp2p.Libp2p;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.Identity;
import libp2p.multiformats.multiaddr.Multiaddr;

/** Runs the programs of the seeds: {@code examples/seeds/run NAME listen|dial [ADDR]}. */
final class Seeds {
    private static final Map<String, Supplier<SeedProgram>> PROGRAMS = new LinkedHashMap<>();

    static {
        PROGRAMS.put("echo", EchoLine::new);
        PROGRAMS.put("request-response", Requests::new);
        PROGRAMS.put("fileshare", Files::new);
        PROGRAMS.put("gossipsub", Gossip::new);
        PROGRAMS.put("dht", DhtValues::new);
        PROGRAMS.put("discovery", DhtService::new);
        PROGRAMS.put("auth", Auth::new);
        PROGRAMS.put("secure-data", SecureData::new);
        PROGRAMS.put("secure-channel", Channel::new);
        PROGRAMS.put("events", Events::new);
        PROGRAMS.put("state-machine", States::new);
    }

    private Seeds() {}

    public static void main(String[] arguments) throws InterruptedException {
        System.exit(run(arguments));
    }

    private static int run(String[] arguments) throws InterruptedException {
        SeedOptions options;
        try {
            options = SeedOptions.parse(arguments);
        } catch (RuntimeException e) {
            System.err.println(e.getMessage());
            return 2;
        }
        SeedOutput out = new SeedOutput(options.json);
        if (options.words.equals(List.of("id")) && options.key != null) {
            return id(options.key, out);
        }
        boolean dials = options.words.size() == 3 && options.words.get(1).equals("dial");
        boolean listens = options.words.size() == 2 && options.words.get(1).equals("listen");
        if (!dials && !listens || !PROGRAMS.containsKey(options.words.getFirst())) {
            System.err.println("usage: run NAME listen|dial [ADDR] [--json] [--listen ADDR] [--text T] [--file F] [--hash H] [--out F]"
                    + " [--key FILE] [--trust PEER] [--role PEER=ROLE]\nor: run id --key FILE\nNAME: " + String.join(" ", PROGRAMS.keySet()));
            return 2;
        }
        try {
            SeedProgram program = PROGRAMS.get(options.words.getFirst()).get();
            try (Host host = start(program, options)) {
                if (dials) {
                    PeerAddress peer = PeerAddress.parse(options.words.get(2));
                    if (program.connectsFirst()) {
                        host.connect(peer);
                    }
                    program.dial(host, peer, options, out);
                } else {
                    program.listen(host, options, out);
                    out.listening(
                            host.peerId().toString(),
                            host.fullAddresses().stream().map(Multiaddr::toString).toList());
                    awaitEnd();
                }
            }
            return 0;
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            out.error(e.getMessage() == null ? e.toString() : e.getMessage());
            return 1;
        }
    }

    /** Prints the peer id of a key file, which is made if it is not there. */
    private static int id(Path key, SeedOutput out) {
        try {
            out.result(Identity.loadOrCreate(key).peerId().toString());
            return 0;
        } catch (IOException e) {
            out.error(e.getMessage());
            return 1;
        }
    }

    private static Host start(SeedProgram program, SeedOptions options) throws Exception {
        HostBuilder builder = Libp2p.host().listen(options.listen);
        if (options.key != null) {
            builder.identity(Identity.loadOrCreate(options.key));
        }
        program.prepare(builder, options);
        return builder.start();
    }

    /** Until the standard input ends, or the process is told to. */
    static void awaitEnd() throws IOException {
        while (System.in.read() >= 0) {
            // what is typed means nothing
        }
    }
}
