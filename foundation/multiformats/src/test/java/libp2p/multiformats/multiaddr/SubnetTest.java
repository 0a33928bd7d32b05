package libp2p.multiformats.multiaddr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import libp2p.multiformats.MalformedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubnetTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.0.1, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "192.168.4.0/22, 192.168.7.255, true",
        "192.168.4.0/22, 192.168.8.0, false",
        "1.2.3.4, 1.2.3.4, true",
        "1.2.3.4, 1.2.3.5, false",
        "0.0.0.0/0, 255.1.2.3, true",
        "0.0.0.0/0, ::1, false",
        "::/0, 1.2.3.4, false",
        "2001:db8::/33, 2001:db8:7fff::1, true",
        "2001:db8::/33, 2001:db8:8000::1, false",
        "::1, ::1, true",
        "1.2.3.0/24, ::ffff:1.2.3.9, true",
    })
    void holdsTheAddressesThatShareItsPrefix(String subnet, String address, boolean inside) {
        assertThat(Subnet.parse(subnet).contains(InetAddress.ofLiteral(address)))
                .isEqualTo(inside);
    }

    @Test
    void bitsBehindThePrefixDoNotMatter() {
        assertThat(Subnet.parse("10.1.2.3/8"))
                .isEqualTo(Subnet.parse("10.0.0.0/8"))
                .hasSameHashCodeAs(Subnet.parse("10.0.0.0/8"))
                .hasToString("10.0.0.0/8")
                .isNotEqualTo(Subnet.parse("10.0.0.0/9"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/8", "localhost", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "::/129", "10.0.0.0/8/9"})
    void refusesWhatIsNoSubnetWithoutAskingForNames(String text) {
        assertThatThrownBy(() -> Subnet.parse(text)).isInstanceOf(MalformedException.class);
    }
}
