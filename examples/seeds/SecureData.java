import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import libp2p.HostBuilder;
import libp2p.auth.AccessControlList;
import libp2p.auth.Permission;
import libp2p.auth.Role;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;

/** Seed 004, "Access Control and Permissions": a protocol for peers that may write, with the roles of {@code --role}. */
final class SecureData implements SeedProgram {
    private static final String PROTOCOL = "/secure-data/1.0.0";
    private static final String ANSWER = "SECURE_DATA_RESPONSE";

    private final AccessControlList roles = new AccessControlList();

    @Override
    public void prepare(HostBuilder host, SeedOptions options) {
        host.with(roles);
    }

    @Override
    public void listen(Host host, SeedOptions options, SeedOutput out) {
        options.roles.forEach((peer, role) -> roles.assignRole(peer, new Role(role)));
        host.handle(PROTOCOL, roles.secure(Permission.WRITE, stream -> stream.write(ANSWER.getBytes(UTF_8))));
    }

    @Override
    public void dial(Host host, PeerAddress peer, SeedOptions options, SeedOutput out) throws IOException {
        String answer = host.open(peer, PROTOCOL, stream -> {
            stream.closeWrite();
            return new String(stream.input().readNBytes(64), UTF_8);
        });
        if (!answer.equals(ANSWER)) {
            throw new IOException(answer);
        }
        out.result(answer);
    }
}
