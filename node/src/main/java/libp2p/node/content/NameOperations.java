package libp2p.node.content;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import libp2p.core.host.Host;
import libp2p.core.identity.Identity;
import libp2p.http.HttpRequest;
import libp2p.http.HttpResponse;
import libp2p.ipns.IpnsName;
import libp2p.ipns.IpnsRecord;
import libp2p.node.control.Arguments;
import libp2p.node.control.ControlHandler;
import libp2p.node.control.Operation;
import libp2p.node.control.Responses;

/** The commands on names, as Kubo's RPC has them. */
final class NameOperations {
    /** Seconds that one of them may take, unless it is told. */
    private static final long TIME = 60;

    /** The lifetime of a record, as Kubo's clients tell it; ours lives as long. */
    private static final String LIFETIME = "48h0m0s";

    /** The base of names. */
    private static final String BASE = "base36";

    /** Records that Kubo looks for; here the quorum of the DHT says how many. */
    private static final String RECORDS = "16";

    private final Names names;
    private final Check check;

    /** @param check of a path before it is published, where a request asks for that */
    NameOperations(Names names, Check check) {
        this.names = names;
        this.check = check;
    }

    void addTo(Map<String, Operation> operations) {
        operations.put(ControlHandler.KUBO + "name/publish", this::publish);
        operations.put(ControlHandler.KUBO + "name/resolve", this::resolve);
        operations.put(ControlHandler.KUBO + "key/list", this::keys);
    }

    /** Looks whether there is something at a path. */
    @FunctionalInterface
    interface Check {
        /** Does it; throws if there is not. */
        void resolve(String path) throws IOException;
    }

    private static Duration time(Arguments arguments) {
        Duration lookUp = arguments.duration("dht-timeout", Duration.ofSeconds(TIME));
        return Duration.ofSeconds(arguments.number("patience", Math.max(1, lookUp.toSeconds())));
    }

    private HttpResponse publish(HttpRequest request) throws IOException {
        Arguments arguments = Arguments.of(
                request,
                "key",
                "k",
                "key-file",
                "patience",
                "allow-offline",
                "quieter",
                "Q",
                "resolve",
                "lifetime",
                "v1compat",
                "ipns-base");
        arguments.only("ipns-base", BASE);
        arguments.only("lifetime", LIFETIME);
        arguments.only("v1compat", "true");
        String path = arguments.one("ipfs-path");
        String value = path.startsWith("/") ? path : "/ipfs/" + path;
        if (arguments.has("resolve")) {
            check.resolve(value);
        }
        String key = arguments.option("key", arguments.option("k", "self"));
        String file = arguments.option("key-file", "");
        Host host = names.hosting().open();
        if (!key.equals("self") && !key.equals(host.peerId().toString())) {
            throw new IllegalArgumentException(
                    "there is no key of the name \"" + key + "\": the key is self, or that of a file");
        }
        Identity identity = file.isEmpty() ? host.identity() : Identity.load(Path.of(file));
        IpnsRecord record = names.publish(identity, value, time(arguments));
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("Name", IpnsName.of(identity.publicKey()));
        answer.put("Value", record.value());
        answer.put("Sequence", record.sequence());
        answer.put("Told", names.isTold());
        return Responses.object(answer);
    }

    private HttpResponse resolve(HttpRequest request) throws IOException {
        Arguments arguments = Arguments.of(
                request, "recursive", "r", "nocache", "n", "patience", "dht-record-count", "dht-timeout", "stream");
        arguments.only("recursive", "true");
        arguments.only("dht-record-count", RECORDS);
        arguments.only("stream", "false");
        List<String> given = arguments.all();
        String name = given.isEmpty() ? names.hosting().open().peerId().toString() : arguments.one("name");
        String path = name.startsWith("/ipns/") ? name : "/ipns/" + name;
        return Responses.object(Map.of("Path", names.resolve(path, time(arguments))));
    }

    private HttpResponse keys(HttpRequest request) throws IOException {
        Arguments arguments = Arguments.of(request, "l", "ipns-base");
        arguments.none();
        arguments.only("ipns-base", BASE);
        Map<String, Object> self = new LinkedHashMap<>();
        self.put("Name", "self");
        self.put("Id", IpnsName.of(names.hosting().open().identity().publicKey()));
        return Responses.object(Map.of("Keys", List.of(self)));
    }
}
