package libp2p.swarm.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import libp2p.multiformats.MalformedException;
import libp2p.multiformats.multiaddr.Subnet;
import libp2p.swarm.testing.Peers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitsFileTest {
    private static final ResourceLimits BASE = ResourceLimits.scaled(0, 0);

    @Test
    void changesWhatTheTextNamesAndNothingElse() {
        ResourceLimits limits = LimitsFile.parse("""
            # limits of a relay
            system.connectionsInbound = 2000

            peer.memory = 64KiB
            peer[%s].connections = unlimited
              protocol[/ipfs/kad/1.0.0].streams=5000
            protocol.streams = 7
            servicePeer[relay].memory = 3 GiB
            stream.memory = unlimited
            network[ip4/32 ip6/56].connections = 16
            network[ip4/32 ip6/56].perSecond = 1.5
            network[ip4/24].burst = 3
            allow = 10.0.0.0/8
            allow = 192.0.2.7   %s
            """.formatted(Peers.id(1), Peers.id(2)), BASE);
        assertThat(limits.of(ScopeKind.SYSTEM))
                .isEqualTo(BASE.of(ScopeKind.SYSTEM).with(Resource.CONNECTIONS_INBOUND, 2000));
        assertThat(limits.of(ScopeKind.PEER).memory()).isEqualTo(65_536);
        assertThat(limits.of(ScopeKind.PEER, Peers.id(1).toString()))
                .isEqualTo(limits.of(ScopeKind.PEER).with(Resource.CONNECTIONS, Integer.MAX_VALUE));
        assertThat(limits.of(ScopeKind.PROTOCOL).streams()).isEqualTo(7);
        ScopeLimit kad = limits.of(ScopeKind.PROTOCOL, "/ipfs/kad/1.0.0");
        assertThat(kad.streams()).isEqualTo(5000);
        assertThat(limits.of(ScopeKind.SERVICE_PEER, "relay").memory()).isEqualTo(3L << 30);
        assertThat(limits.of(ScopeKind.STREAM).memory()).isEqualTo(Long.MAX_VALUE);
        assertThat(limits.of(ScopeKind.TRANSIENT)).isEqualTo(BASE.of(ScopeKind.TRANSIENT));
        assertThat(limits.addresses().rules())
                .containsExactly(
                        new AddressLimits.Rule(32, 56, 16, 1.5, 16),
                        new AddressLimits.Rule(-1, 48, 64, 0.5, 80),
                        new AddressLimits.Rule(24, -1, Integer.MAX_VALUE, Double.MAX_VALUE, 3));
        assertThat(limits.allowed().entries())
                .containsExactly(
                        new AllowList.Entry(Subnet.parse("10.0.0.0/8"), null),
                        new AllowList.Entry(Subnet.parse("192.0.2.7/32"), Peers.id(2)));
    }

    @Test
    void anEmptyFileChangesNothing() {
        assertThat(LimitsFile.parse("", BASE)).isEqualTo(BASE);
        assertThat(LimitsFile.parse("\n# only remarks\r\n", BASE)).isEqualTo(BASE);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        system.connections                  | is not of the form name = value
        connections = 4                     | names no limit; it should look like system.connections
        sytem.connections = 4               | 'sytem' is no kind of scope; these are: system, transient, allowlistedSystem
        system.conns = 4                    | 'conns' is no limit; these are: connections, connectionsInbound
        system.connections = many           | 'many' is neither a number nor 'unlimited'
        system.connections = 4KiB           | '4KiB' is neither a number nor 'unlimited'
        system.connections = -1             | '-1' is not between 0 and 2147483647
        system.memory = 4 Mb                | '4 Mb' is neither a number of bytes, KiB, MiB or GiB nor 'unlimited'
        system.memory = 9999999999GiB       | is not between 0 and 8589934591
        system[x].memory = 4                | scopes of kind system have no names
        peer[x].memory = 4                  | 'x' is not a peer
        protocol[/a.streams = 4             | has no end
        network[ip5/3].connections = 4      | 'ip5/3' is not a length of a prefix such as ip4/32 or ip6/56
        network[ip4/33].connections = 4     | prefixes of 33 bits for IPv4
        network[ip4/32].speed = 4           | 'speed' is no limit of networks; these are: connections, perSecond, burst
        network[ip4/32].perSecond = fast    | 'fast' is neither a number of connections a second nor 'unlimited'
        network.connections = 4             | such as network[ip4/32 ip6/56]
        network[ip4/32].perSecond = NaN     | at least 0
        allow = localhost                   | not a subnet
        allow = 10.0.0.0/8 friend           | 'friend' is not a peer
        """)
    void saysWhichLineIsWrongAndWhy(String line, String message) {
        assertThatThrownBy(() -> LimitsFile.parse("\n# remark\n" + line, BASE))
                .isInstanceOf(MalformedException.class)
                .hasMessageStartingWith("limits file, line 3: ")
                .hasMessageContaining(message);
    }

    @Test
    void limitsAreWrittenSoThatTheyAreReadBack() {
        ResourceLimits limits = LimitsFile.parse("""
            peer[%s].connections = unlimited
            protocol[/a b=c/1.0.0].streams = 5000
            system.memory = 1000001
            stream.memory = unlimited
            network[ip4/24].burst = 3
            network[ip4/32 ip6/56].perSecond = 0.125
            allow = 10.0.0.0/8
            allow = 2001:db8::/32 %s
            """.formatted(Peers.id(1), Peers.id(2)), BASE.withinHeap(100 << 20));
        String text = LimitsFile.text(limits);
        assertThat(text)
                .contains("peer.connectionsInbound = 8\n", "system.memory = 1000001\n", "peer.memory = 25MiB\n")
                .contains("stream.memory = unlimited\n", "network[ip6/48].burst = 80\n");
        assertThat(LimitsFile.parse(text, BASE.withAddresses(AddressLimits.UNLIMITED)))
                .usingRecursiveComparison()
                .ignoringFields("addresses.idle")
                .isEqualTo(limits);
        assertThat(LimitsFile.text(LimitsFile.parse(text, ResourceLimits.unlimited())))
                .isEqualTo(text);
    }

    @Test
    void noLimitsAreWrittenAsUnlimited() {
        ResourceLimits read = LimitsFile.parse(LimitsFile.text(ResourceLimits.unlimited()), BASE);
        for (ScopeKind kind : ScopeKind.values()) {
            assertThat(read.of(kind)).as(kind.toString()).isEqualTo(ScopeLimit.UNLIMITED);
        }
    }

    @Test
    void aMistakeNamesTheSourceOfTheText() {
        assertThatThrownBy(() -> LimitsFile.parse("limits of alice", "system.streams = 4\nsystem.streams = -4\n", BASE))
                .isInstanceOf(MalformedException.class)
                .hasMessageStartingWith("limits of alice, line 2: '-4' is not between 0 and");
    }

    @Test
    void namesOfResourcesAreToldFromOthers() {
        assertThat(LimitsFile.isLine("system.streams")).isTrue();
        assertThat(LimitsFile.isLine("peer[x.y].streams")).isTrue();
        assertThat(LimitsFile.isLine("allow")).isTrue();
        assertThat(LimitsFile.isLine("swarm.dialing.timeout")).isFalse();
    }
}
