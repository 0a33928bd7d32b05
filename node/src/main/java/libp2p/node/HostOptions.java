package libp2p.node;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import libp2p.HostBuilder;
import libp2p.Libp2p;
import libp2p.core.environment.Environment;
import libp2p.core.environment.SystemEnvironment;
import libp2p.core.identity.Identity;
import libp2p.core.identity.KeyType;
import libp2p.security.pnet.PreSharedKey;
import libp2p.swarm.resource.CountingResourceManager;
import libp2p.swarm.resource.ResourceLimits;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that starts a host. */
final class HostOptions {
    enum LimitSet {
        DEFAULT,
        NONE
    }

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = "Key file; made if it is not there. Without it: a new key.")
    @Nullable
    Path key;

    @Option(
            names = "--key-type",
            defaultValue = "ed25519",
            description = "Type of a new key: ${COMPLETION-CANDIDATES}.")
    KeyType keyType = KeyType.ED25519;

    @Option(
            names = "--security",
            split = ",",
            defaultValue = "noise,tls",
            description = "Secure channels, best first: noise, tls, plaintext (protects nothing).")
    List<String> security = List.of();

    @Option(names = "--muxer", split = ",", defaultValue = "yamux", description = "Muxers, best first: yamux, mplex.")
    List<String> muxers = List.of();

    @Option(names = "--psk", paramLabel = "FILE", description = "Key of a private network.")
    @Nullable
    Path psk;

    @Option(names = "--limits", defaultValue = "default", description = "Resource limits: ${COMPLETION-CANDIDATES}.")
    LimitSet limits = LimitSet.DEFAULT;

    @Option(names = "--json", description = "Print one JSON object per line.")
    boolean json;

    Output output() {
        return new Output(json, System.out);
    }

    HostBuilder host() throws IOException {
        Environment environment = SystemEnvironment.shared();
        HostBuilder builder = Libp2p.host()
                .environment(environment)
                .identity(identity(environment))
                .security(security.toArray(String[]::new))
                .muxers(muxers.toArray(String[]::new));
        if (psk != null) {
            builder.privateNetwork(PreSharedKey.load(psk));
        }
        if (limits == LimitSet.NONE) {
            builder.resources(new CountingResourceManager(environment, ResourceLimits.unlimited()));
        }
        return builder;
    }

    private Identity identity(Environment environment) throws IOException {
        return key == null ? Identity.generate(keyType, environment) : Identity.loadOrCreate(key, keyType, environment);
    }
}
