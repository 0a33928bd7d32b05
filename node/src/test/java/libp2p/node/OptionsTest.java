package libp2p.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import libp2p.Libp2p;
import libp2p.core.host.Host;
import libp2p.node.control.ControlService;
import libp2p.node.host.Exit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An option that a command has no use for is refused, and so is one that needs another which is missing. */
class OptionsTest {
    private static final String PEER = "/ip4/127.0.0.1/tcp/1";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "echo PEER --relay PEER",
                "echo PEER --tls-cert x",
                "perf PEER --connect PEER",
                "identify PEER --announce PEER",
                "ping PEER --mdns",
                "ping PEER --advertise x",
                "ping PEER --topic x",
                "reachability --topic x",
                "reachability --mdns",
                "dht stats --connect PEER",
                "dht stats --dht server",
                "pin ls --relay-service",
                "pin ls --bootstrap PEER",
                "repo stat --key x",
                "add x --peer PEER",
                "get x --mdns",
                "chat x --topic y",
                "chat x --wait 1",
                "pubsub sub x --wait 1",
                "debug pubsub --pubsub floodsub",
                "debug pubsub --relay PEER",
                "rendezvous discover x --at PEER --ttl 1",
                "rendezvous unregister x --at PEER --listen PEER",
                "debug connects PEER --key x",
                "debug idle PEER --data x",
                "debug sim --security tls",
            })
    void whatACommandDoesNotFollowItDoesNotKnow(String line) {
        String complaint =
                Commands.complaint(Exit.USAGE, line.replace("PEER", PEER).split(" "));
        assertThat(complaint).contains("Unknown option");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "node --memory --dht-prefix /x                | need --dht",
                "node --memory --dht-namespace x              | need --dht",
                "node --memory --metrics-address 127.0.0.1    | need --metrics-port",
                "node --memory --metrics-name x               | need --metrics-port",
                "node --memory --relay-limits none            | needs --relay-service",
                "node --memory --mdns-connections 1           | needs --mdns",
                "node --memory --auto-tls                     | needs --data",
                "node --memory --auto-tls-domain x            | need --auto-tls",
                "node --memory --tls-key x                    | belong together",
                "node --memory --provide all                  | not with --memory",
                "dht get x --hex --bootstrap PEER             | --hex is for put",
                "version --measure                            | needs --verbose",
                "key convert x --out y                        | there is no file x",
            })
    void whatNeedsAnotherOptionIsRefusedWithoutIt(String line, String complaint) {
        assertThat(Commands.complaint(Exit.USAGE, line.replace("PEER", PEER).split(" ")))
                .contains(complaint);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cat bafkqaaa --bootstrap PEER",
                "get bafkqaaa --key x",
                "pin ls --limits none",
                "name resolve bafkqaaa --bootstrap PEER",
                "name resolve bafkqaaa --key x",
            })
    void optionsOfAHostAreRefusedWhereANodeHasItsOwn(String line, @TempDir Path folder) throws Exception {
        String data = folder.resolve("data").toString();
        try (Host node = Libp2p.host()
                .dataDirectory(Path.of(data))
                .with(new ControlService(Path.of(data)))
                .start()) {
            assertThat(node.connections()).isEmpty();
            String[] words = (line.replace("PEER", PEER) + " --data " + data).split(" ");
            assertThat(Commands.complaint(Exit.USAGE, words)).contains("a node runs on " + data, "alone");
        }
    }

    @Test
    void aRuleOfThisSideRefusesAPing(@TempDir Path folder) throws Exception {
        Path rules = Files.writeString(folder.resolve("rules"), "deny outbound * *\n");
        try (Host host = Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").start()) {
            String address = host.fullAddresses().getFirst().toString();
            Commands.run(Exit.DONE, "ping", address);
            Commands.run(Exit.REFUSED, "ping", address, "--access", rules.toString());
        }
    }
}
