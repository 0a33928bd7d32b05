package libp2p.node;

import static libp2p.node.Commands.complaint;
import static libp2p.node.Commands.run;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import libp2p.HostBuilder;
import libp2p.Libp2p;
import libp2p.Limits;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.UdpSocket;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.Identity;
import libp2p.core.identity.KeyType;
import libp2p.ipns.IpnsName;
import libp2p.ipns.IpnsValidator;
import libp2p.ipns.NameService;
import libp2p.kad.Dht;
import libp2p.kad.Kad;
import libp2p.node.content.ContentServer;
import libp2p.node.content.DenylistOptions;
import libp2p.node.content.GatewayOptions;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code p2p name}, where a node runs on the data directory, and where none does. */
class NameCommandTest {
    private static final String PATH = "/ipfs/bafkreidtpzw2652scycpysbkvepix3mmi72icxdcjzq6jhcf5s5vqmxxba";

    @TempDir
    Path data;

    private static Host server(HostBuilder builder) throws IOException {
        return builder.listen("/ip4/127.0.0.1/tcp/0")
                .with(Kad.server().withPrefix("/example").withValidator(new IpnsValidator(SystemEnvironment.shared())))
                .with(new NameService())
                .start();
    }

    private String name() throws IOException {
        return IpnsName.of(Identity.loadOrCreate(data.resolve("node.key"), KeyType.ED25519, SystemEnvironment.shared())
                        .publicKey())
                .toString();
    }

    @Test
    void withoutANodeANameIsKeptAndTheNodeTellsTheNetworkLater() throws Exception {
        assertThat(run(0, "name", "publish", PATH, "--data", data.toString(), "--json"))
                .contains("\"name\":\"" + name() + "\",\"value\":\"" + PATH + "\",\"sequence\":0,\"told\":false");
        assertThat(run(0, "name", "resolve", name() + "/a", "--data", data.toString(), "--json"))
                .contains("\"value\":\"" + PATH + "/a\"");
        try (Host other = server(Libp2p.host());
                Host node = node(other)) {
            NameService.of(node).republish(node.identity(), Deadline.NONE);
            assertThat(NameService.of(other).resolvePath("/ipns/" + name(), Deadline.NONE))
                    .isEqualTo(PATH);
        }
    }

    private Host node(Host other) throws Exception {
        HostBuilder builder = Libp2p.host()
                .identity(Identity.loadOrCreate(data.resolve("node.key"), KeyType.ED25519, SystemEnvironment.shared()))
                .dataDirectory(data);
        ContentServer.install(
                builder, data, Limits.ofThisMachine(), new GatewayOptions(), null, new DenylistOptions(), url -> {});
        Host node = server(builder);
        node.connect(PeerAddress.of(other.fullAddresses().getFirst()));
        for (Host host : List.of(node, other)) {
            assertThat(host.find(Dht.class).orElseThrow().awaitPeers(Deadline.NONE))
                    .isTrue();
        }
        return node;
    }

    @Test
    void aNodeThatRunsPublishesAndResolves(@TempDir Path keys) throws Exception {
        try (Host other = server(Libp2p.host());
                Host node = node(other)) {
            assertThat(run(0, "name", "publish", PATH, "--data", data.toString(), "--json"))
                    .contains("\"name\":\"" + name() + "\"", "\"sequence\":0,\"told\":true");
            assertThat(run(0, "name", "resolve", "/ipns/" + name(), "--data", data.toString()))
                    .contains(PATH);
            String bootstrap = other.fullAddresses().getFirst().toString();
            assertThat(run(0, "name", "resolve", name(), "--dht-prefix", "/example", "--bootstrap", bootstrap))
                    .contains(PATH);
            Path key = keys.resolve("other.key");
            Identity second = Identity.loadOrCreate(key, KeyType.ED25519, SystemEnvironment.shared());
            assertThat(run(0, "name", "publish", PATH, "--data", data.toString(), "--key", key.toString(), "--json"))
                    .contains("\"name\":\"" + IpnsName.of(second.publicKey()) + "\"");
            assertThat(complaint(
                            1,
                            "name",
                            "resolve",
                            "--data",
                            data.toString(),
                            "--json",
                            "12D3KooWALU9NB41osQqC4QeU8znEpUB2QxWvgZZopq2dUqS4dUB"))
                    .contains("no peer that was asked knows what");
            assertThat(node.connections()).isNotEmpty();
        }
    }

    @Test
    void domainsAreResolvedByADnsServer() throws IOException {
        try (UdpSocket server = SystemEnvironment.shared().network().bindUdp(new InetSocketAddress("127.0.0.1", 0))) {
            SystemEnvironment.shared().start("name server", () -> {
                ByteBuffer question = ByteBuffer.allocate(512);
                try {
                    while (true) {
                        InetSocketAddress client = server.receive(question.clear());
                        server.send(ByteBuffer.wrap(answer(question.flip())), client);
                    }
                } catch (IOException closed) {
                    // the test is over
                }
            });
            String dns = "127.0.0.1:" + server.localAddress().getPort();
            assertThat(run(0, "name", "resolve", "docs.example.org/page", "--dns", dns))
                    .contains(PATH + "/page");
        }
    }

    /** Every domain stands for the path. */
    private static byte[] answer(ByteBuffer question) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        String text = "dnslink=" + PATH;
        out.writeShort(question.getShort(0));
        out.writeShort(0x8180);
        out.writeInt(0x10001);
        out.writeInt(0);
        int end = 12;
        while (question.get(end) != 0) {
            end += question.get(end) + 1;
        }
        out.write(question.array(), 12, end + 5 - 12);
        out.writeInt(0xc00c0010);
        out.writeShort(1);
        out.writeInt(60);
        out.writeShort(text.length() + 1);
        out.writeByte(text.length());
        out.write(text.getBytes(StandardCharsets.US_ASCII));
        return bytes.toByteArray();
    }

    @Test
    void whatIsMissingIsSaid() {
        assertThat(complaint(2, "name", "publish", PATH)).contains("--key or --data is missing");
        assertThat(complaint(2, "name", "publish", "QmHash", "--data", data.toString()))
                .contains("/ipfs/CID");
        assertThat(complaint(2, "name", "resolve", "k51qzi5uqu5dgdiba6ijhms6ux5efam9kh9lw09dbnrm21abl1ycgl7zs4eneo"))
                .contains("--bootstrap is missing");
        assertThat(complaint(2, "name", "resolve", "example.org", "--dns", "localhost"))
                .contains("--dns takes IP");
    }
}
