import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import libp2p.Libp2p;
import libp2p.auth.AccessControlList;
import libp2p.auth.Permission;
import libp2p.auth.Role;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;

/** A protocol for peers that may write: a guest is told so, and after a change of its role is served. */
void main() throws Exception {
    AccessControlList roles = new AccessControlList();
    try (Host server = Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").with(roles).start();
            Host client = Libp2p.host().start()) {
        server.handle(
                "/secure-data/1.0.0",
                roles.secure(Permission.WRITE, stream -> stream.write("SECURE_DATA_RESPONSE".getBytes(UTF_8))));
        PeerAddress address = PeerAddress.of(server.peerId(), server.addresses());
        System.out.println(roles.role(client.peerId()) + ": " + ask(client, address));
        roles.assignRole(client.peerId(), Role.ADMIN);
        System.out.println(roles.role(client.peerId()) + ": " + ask(client, address));
    }
}

static String ask(Host client, PeerAddress address) throws IOException {
    return client.open(address, "/secure-data/1.0.0", stream -> {
        stream.closeWrite();
        return new String(stream.input().readNBytes(64), UTF_8);
    });
}
