package libp2p.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import libp2p.Limits;
import libp2p.denylist.Denylist;
import libp2p.denylist.DenylistException;
import libp2p.denylist.DenylistLimits;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Multihash;
import libp2p.multiformats.multiaddr.Subnet;
import libp2p.swarm.resource.LimitsFile;
import libp2p.swarm.resource.ResourceLimits;

/** The texts that operators write and make mistakes in. */
class ConfigurationFuzzTest {
    private static final ResourceLimits BASE = ResourceLimits.scaled(1 << 30, 1024);
    private static final Limits HOST = Limits.unlimited();

    @FuzzTest
    void limits(byte[] data) {
        try {
            ResourceLimits limits = LimitsFile.parse(new String(data, StandardCharsets.UTF_8), BASE);
            String text = LimitsFile.text(limits);
            assertThat(LimitsFile.text(LimitsFile.parse(text, BASE))).isEqualTo(text);
        } catch (MalformedException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }

    @FuzzTest
    void hostLimits(byte[] data) {
        try {
            Limits limits = Limits.parse("fuzzed limits", new String(data, StandardCharsets.UTF_8), HOST);
            String text = limits.text();
            assertThat(Limits.parse("written limits", text, HOST).text()).isEqualTo(text);
        } catch (MalformedException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }

    @FuzzTest
    void denylist(byte[] data) throws IOException {
        try {
            Denylist list = Denylist.read("fuzzed", new ByteArrayInputStream(data), DenylistLimits.DEFAULT);
            assertThat(list.name()).matches("[ -~]*");
            assertThat(list.size()).isLessThanOrEqualTo(data.length);
            list.block(Cid.v1(Multicodec.RAW, Multihash.sha256(data)));
            list.path("ipns", new String(data, StandardCharsets.UTF_8), List.of("x"));
        } catch (DenylistException refused) {
            assertThat(refused.getMessage()).startsWith("denylist \"fuzzed\"");
        }
    }

    @FuzzTest
    void subnet(byte[] data) {
        try {
            Subnet subnet = Subnet.parse(new String(data, StandardCharsets.UTF_8));
            assertThat(Subnet.parse(subnet.toString())).isEqualTo(subnet);
        } catch (MalformedException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }
}
