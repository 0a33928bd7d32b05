package libp2p.multiformats.multiaddr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import libp2p.multiformats.MalformedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MultiaddrIpTest {
    @Test
    void isMadeFromSocketAddresses() throws UnknownHostException {
        InetAddress ip4 = InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 1});
        assertThat(Multiaddr.ofTcp(ip4, 4001)).hasToString("/ip4/192.0.2.1/tcp/4001");
        assertThat(Multiaddr.ofUdp(ip4, 65535)).hasToString("/ip4/192.0.2.1/udp/65535");
        assertThat(Multiaddr.ofTcp(InetAddress.ofLiteral("2001:db8::1"), 0)).hasToString("/ip6/2001:db8::1/tcp/0");
        assertThat(Multiaddr.ofIp(ip4)).hasToString("/ip4/192.0.2.1");
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> Multiaddr.ofTcp(ip4, 65536));
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> Multiaddr.ofTcp(ip4, -1));
    }

    @Test
    void keepsTheScopeOfAnAddressAsItsZone() throws UnknownHostException {
        byte[] linkLocal = InetAddress.ofLiteral("fe80::1").getAddress();
        InetAddress scoped = Inet6Address.getByAddress(null, linkLocal, 7);
        assertThat(Multiaddr.ofTcp(scoped, 1)).hasToString("/ip6zone/7/ip6/fe80::1/tcp/1");
    }

    /** Interfaces give a scope to each of their addresses; peers elsewhere could not dial what names it. */
    @Test
    void onlyALinkLocalAddressHasAZone() throws UnknownHostException {
        for (String text : new String[] {"::1", "2001:db8::1", "fd00::1", "ff02::1"}) {
            byte[] bytes = InetAddress.ofLiteral(text).getAddress();
            InetAddress scoped = Inet6Address.getByAddress(null, bytes, 7);
            assertThat(Multiaddr.ofTcp(scoped, 1)).hasToString("/ip6/" + text + "/tcp/1");
        }
    }

    /** As of a peer id itself. */
    @Test
    void anInlinedKeyHasOneTo42Bytes() {
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> Multiaddr.parse("/p2p/11"))
                .withMessageContaining("0 bytes");
    }

    @Test
    void givesItsIpAddressAndPort() {
        Multiaddr address = Multiaddr.parse("/ip4/192.0.2.1/tcp/4001/ws");
        assertThat(address.ip()).isInstanceOf(Inet4Address.class).isEqualTo(InetAddress.ofLiteral("192.0.2.1"));
        assertThat(address.port()).isEqualTo(4001);
        Multiaddr zoned = Multiaddr.parse("/ip6zone/eth0/ip6/fe80::1/udp/65535/quic-v1");
        assertThat(zoned.ip()).isInstanceOf(Inet6Address.class).isEqualTo(InetAddress.ofLiteral("fe80::1"));
        assertThat(zoned.port()).isEqualTo(65535);
        assertThat(Multiaddr.parse("/ip6/::ffff:1.2.3.4").ip()).isEqualTo(InetAddress.ofLiteral("1.2.3.4"));
    }

    @Test
    void givesNoIpAddressWhereNoneIsAtTheBeginning() {
        for (String text :
                new String[] {"/dns/localhost/tcp/1", "/tcp/1/ip4/1.2.3.4", "/ip6zone/x/ip4/1.2.3.4", "/ip6zone/x"}) {
            assertThat(Multiaddr.parse(text).ip()).as(text).isNull();
            assertThat(Multiaddr.parse(text).ipScope()).as(text).isNull();
        }
        assertThat(Multiaddr.EMPTY.ip()).isNull();
        assertThat(Multiaddr.parse("/ip4/1.2.3.4").port()).isEqualTo(-1);
        assertThat(Multiaddr.parse("/sctp/4").port()).isEqualTo(-1);
    }

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0, UNSPECIFIED",
        "0.0.0.1, RESERVED",
        "127.0.0.1, LOOPBACK",
        "127.255.255.255, LOOPBACK",
        "128.0.0.1, PUBLIC",
        "10.0.0.1, PRIVATE",
        "11.0.0.1, PUBLIC",
        "172.15.0.1, PUBLIC",
        "172.16.0.1, PRIVATE",
        "172.31.255.255, PRIVATE",
        "172.32.0.1, PUBLIC",
        "192.168.1.1, PRIVATE",
        "192.167.1.1, PUBLIC",
        "192.169.1.1, PUBLIC",
        "100.63.0.1, PUBLIC",
        "100.64.0.1, PRIVATE",
        "100.127.0.1, PRIVATE",
        "100.128.0.1, PUBLIC",
        "169.254.1.1, LINK_LOCAL",
        "169.253.1.1, PUBLIC",
        "192.0.0.8, RESERVED",
        "192.0.1.1, PUBLIC",
        "192.0.2.1, RESERVED",
        "192.88.99.1, RESERVED",
        "192.88.98.1, PUBLIC",
        "198.17.0.1, PUBLIC",
        "198.18.0.1, RESERVED",
        "198.19.255.1, RESERVED",
        "198.20.0.1, PUBLIC",
        "198.51.100.1, RESERVED",
        "198.51.101.1, PUBLIC",
        "203.0.113.1, RESERVED",
        "203.0.114.1, PUBLIC",
        "223.255.255.255, PUBLIC",
        "224.0.0.1, RESERVED",
        "255.255.255.255, RESERVED",
        "1.1.1.1, PUBLIC",
        "::, UNSPECIFIED",
        "::1, LOOPBACK",
        "::2, RESERVED",
        "::1.2.3.4, RESERVED",
        "fe80::1, LINK_LOCAL",
        "febf::1, LINK_LOCAL",
        "fec0::1, RESERVED",
        "fc00::1, PRIVATE",
        "fdff::1, PRIVATE",
        "fe00::1, RESERVED",
        "ff02::1, RESERVED",
        "2000::1, PUBLIC",
        "3fff::1, RESERVED",
        "4000::1, RESERVED",
        "2001:db8::1, RESERVED",
        "2001:db9::1, PUBLIC",
        "64:ff9b::1.1.1.1, PUBLIC",
        "64:ff9b::10.0.0.1, PRIVATE",
        "64:ff9b:1::1, PRIVATE",
        "2002:a00:1::1, RESERVED",
        "2002:808:808::1, RESERVED",
        "2001::1, RESERVED",
        "2001:1::1, PUBLIC",
        "3fff:fff::1, RESERVED",
        "3fff:1000::1, PUBLIC",
        "64:ff9b:2::1, RESERVED",
    })
    void classifiesIpAddresses(String ip, IpScope scope) {
        Multiaddr address = Multiaddr.parse((ip.contains(":") ? "/ip6/" : "/ip4/") + ip + "/tcp/1");
        assertThat(address.ipScope()).isEqualTo(scope);
        assertThat(IpScope.of(InetAddress.ofLiteral(ip))).isEqualTo(scope);
        assertThat(address.isPublic()).isEqualTo(scope == IpScope.PUBLIC);
        assertThat(address.isLoopback()).isEqualTo(scope == IpScope.LOOPBACK);
        assertThat(address.isLinkLocal()).isEqualTo(scope == IpScope.LINK_LOCAL);
        assertThat(address.isPrivate())
                .isEqualTo(scope == IpScope.PRIVATE || scope == IpScope.LOOPBACK || scope == IpScope.LINK_LOCAL);
    }

    @Test
    void aMappedAddressHasTheScopeOfTheAddressItStandsFor() {
        assertThat(Multiaddr.parse("/ip6/::ffff:127.0.0.1").isLoopback()).isTrue();
        assertThat(Multiaddr.parse("/ip6/::ffff:10.0.0.1").isPrivate()).isTrue();
        assertThat(Multiaddr.parse("/ip6/::ffff:1.1.1.1").isPublic()).isTrue();
        assertThat(Multiaddr.parse("/ip6zone/lo/ip6/::1").isLoopback()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "example.com, true, false", "localhost, false, true", "a.LOCALHOST., false, true", "notlocalhost, true, false",
        "printer.local, false, false", "local.example, true, false", "x.home.arpa, false, false",
                "x.test, false, false",
        "x.invalid, false, false", "1.in-addr.arpa, false, false", "1.ip6.arpa, false, false", "arpa, true, false",
    })
    void classifiesDomainNamesWithoutResolvingThem(String name, boolean isPublic, boolean isLoopback) {
        for (String protocol : new String[] {"dns", "dns4", "dns6", "dnsaddr"}) {
            Multiaddr address = Multiaddr.parse("/" + protocol + "/" + name + "/tcp/1");
            assertThat(address.isPublic()).isEqualTo(isPublic);
            assertThat(address.isLoopback()).isEqualTo(isLoopback);
            assertThat(address.isPrivate()).isEqualTo(isLoopback);
        }
    }

    @Test
    void whatBeginsWithAPeerIsNeitherPublicNorPrivate() {
        Multiaddr relayed =
                Multiaddr.parse("/p2p/QmcgpsyWgH8Y8ajJz1Cu72KnS5uo2Aa2LpzU7kinSupNKC/p2p-circuit/ip4/10.0.0.1");
        assertThat(relayed.isPublic()).isFalse();
        assertThat(relayed.isPrivate()).isFalse();
    }
}
