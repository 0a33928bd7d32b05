package libp2p.multiformats.multiaddr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import libp2p.multiformats.MalformedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How values are written and what is refused. */
class MultiaddrTextTest {
    @ParameterizedTest
    @CsvSource({
        "/ip4/1.2.3.4/tcp/0080, /ip4/1.2.3.4/tcp/80",
        "/ip4/1.2.3.4///, /ip4/1.2.3.4",
        "/ip6/0:0:0:0:0:0:0:0, /ip6/::",
        "/ip6/0:0:0:0:0:0:0:1, /ip6/::1",
        "/ip6/1:0:0:0:0:0:0:0, /ip6/1::",
        "/ip6/2001:DB8:0:0:1:0:0:1, /ip6/2001:db8::1:0:0:1",
        "/ip6/2001:db8:0:1:1:1:1:1, /ip6/2001:db8:0:1:1:1:1:1",
        "/ip6/1:0:0:2:0:0:0:3, /ip6/1:0:0:2::3",
        "/ip6/::2:3:4:5:6:7:8, /ip6/0:2:3:4:5:6:7:8",
        "/ip6/1:2:3:4:5:6:7::, /ip6/1:2:3:4:5:6:7:0",
        "/ip6/::ffff:192.0.2.1, /ip6/::ffff:192.0.2.1",
        "/ip6/::ffff:c000:201, /ip6/::ffff:192.0.2.1",
        "/ip6/64:ff9b::192.0.2.1, /ip6/64:ff9b::c000:201",
        "/ip6/1:2:3:4:5:6:192.0.2.1, /ip6/1:2:3:4:5:6:c000:201",
        "/ip6/::/ipcidr/64, /ip6/::/ipcidr/64",
        "/http-path/a%2fb%20c+d%7E~, /http-path/a%2Fb+c+d~~",
        "/http-path/é, /http-path/%C3%A9",
        "/dns/bücher.example, /dns/bücher.example",
        "/memory/18446744073709551615, /memory/18446744073709551615",
        "/memory/007, /memory/7",
        "/onion/TIMAQ4YGG2IEGCI7:80, /onion/timaq4ygg2iegci7:80",
        "/plaintextv2/p2p-circuit, /plaintextv2/p2p-circuit",
        "/thread/bafkreafu, /thread/bafkreafu",
        "/unix//a, /unix//a",
        "/unix/a//b/, /unix/a//b",
        "/garlic32/566niximlxdzpanmn4qouucvua3k7neniwss47li5r6ugoertzuqzwassw,"
                + "/garlic32/566niximlxdzpanmn4qouucvua3k7neniwss47li5r6ugoertzuqzwassu",
    })
    void writesTheCanonicalForm(String text, String canonical) {
        Multiaddr address = Multiaddr.parse(text);
        assertThat(address).hasToString(canonical);
        assertThat(Multiaddr.parse(canonical)).isEqualTo(address);
        assertThat(Multiaddr.fromBytes(address.toBytes())).isEqualTo(address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ip4/1.2.3.4",
                "/ip4/1.2.3.4//tcp/80",
                "/no-such/1",
                "/IP4/1.2.3.4",
                "/ip4/",
                "/tcp/",
                "/ip4/1.2.3",
                "/ip4/1.2.3.4.5",
                "/ip4/1.2.3.256",
                "/ip4/01.2.3.4",
                "/ip4/1..3.4",
                "/ip4/1.2.3.",
                "/ip4/1.2.3.4 ",
                "/ip4/١.2.3.4",
                "/ip4/::ffff:1.2.3.4",
                "/ip4/1000.2.3.4",
                "/ip4/::1",
                "/ip6/1.2.3.4",
                "/ip6/:",
                "/ip6/:::",
                "/ip6/:1:2:3:4:5:6:7",
                "/ip6/1:2:3:4:5:6:7:",
                "/ip6/1::2::3",
                "/ip6/1:2:3:4:5:6:7:8:9",
                "/ip6/1:2:3:4:5:6:7",
                "/ip6/1:2:3:4::5:6:7:8",
                "/ip6/12345::",
                "/ip6/g::",
                "/ip6/::1%eth0",
                "/ip6/1:2:3:4:5:6:7:1.2.3.4",
                "/ip6/::1.2.3",
                "/ip6/1.2.3.4::",
                "/ip6/١::",
                "/ip6/::1:",
                "/tcp/65536",
                "/tcp/99999999999999999999999",
                "/tcp/+1",
                "/tcp/1_0",
                "/tcp/0x1",
                "/tcp/ 1",
                "/tcp/١",
                "/ip4/1.2.3.4/ipcidr/256",
                "/memory/18446744073709551616",
                "/memory/99999999999999999999",
                "/memory/x",
                "/dns/a\nb",
                "/dns/a\u0000",
                "/dns/a\u0085",
                "/dns/a\u202eb",
                "/dns/a\ud800",
                "/ip6zone/a\tb/ip6/::1",
                "/onion/timaq4ygg2iegci7:65536",
                "/onion/timaq4ygg2iegci7:",
                "/onion/timaq4ygg2iegc:80",
                "/onion/:80",
                "/onion/timaq4ygg2iegci7:80:80",
                "/onion/aaimaq4ygg2iegci7:80",
                "/garlic32/566niximlxdzpanmn4qouucvua3k7neniwss47li5r6ugoertzu77",
                "/garlic32/566NIXIMLXDZPANMN4QOUUCVUA3K7NENIWSS47LI5R6UGOERTZUQ",
                "/garlic64/AAAA",
                "/garlic64/+/==",
                "/p2p/tcp",
                "/p2p/11111111",
                "/p2p/Qm",
                "/p2p/QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx50",
                "/p2p/bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi", // dag-pb
                "/p2p/bafzbcibcp5tmuywvzcbumnqnzrlfpt24cs3qrmbi", // SHA-1
                "/certhash/uEg",
                "/certhash/EiA",
                "/certhash/uEiAA",
                "/certhash/b2uaraocy6yrdblb4sfptaddgimjmmp",
                "/http-path/%",
                "/http-path/%4",
                "/http-path/%zz",
                "/http-path/a/b",
                "/http-path/\ud800",
                "/thread/0",
                "/thread/b",
                "/unix",
                "/unix/",
                "/ip4/1.2.3.4/quic-v1/1234",
                "/ipfs",
                "/ws/80",
            })
    void refusesMalformedText(String text) {
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> Multiaddr.parse(text))
                .withMessageStartingWith("multiaddr: ");
    }

    @Test
    void saysWhatIsWrongAndWhereAndEscapesIt() {
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> Multiaddr.parse("/ip4/1.2.3.4/tcp/70000"))
                .withMessage("multiaddr: value \"70000\" of /tcp at character 17: greater than 65535");
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> Multiaddr.parse("/ip4/1.2.3.4/\u001b[31m/tcp/70000"))
                .withMessage("multiaddr: unknown protocol \"\\u001b[31m\" at character 13");
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> Multiaddr.parse("/ip4/1.2.3.4/tcp"))
                .withMessage("multiaddr: no value after /tcp at character 13");
    }

    @Test
    void readsIpfsAsP2p() {
        assertThat(Protocol.of("ipfs")).isEqualTo(Protocol.P2P);
        assertThat(Multiaddr.parse("/ipfs/QmcgpsyWgH8Y8ajJz1Cu72KnS5uo2Aa2LpzU7kinSupNKC"))
                .hasToString("/p2p/QmcgpsyWgH8Y8ajJz1Cu72KnS5uo2Aa2LpzU7kinSupNKC");
    }
}
