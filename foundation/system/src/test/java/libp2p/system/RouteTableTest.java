package libp2p.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class RouteTableTest {
    @Test
    void findsTheGatewaysOfDefaultRoutesOnly() throws Exception {
        List<String> lines = List.of(
                "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT",
                "eth0\t00000000\t0100020A\t0003\t0\t0\t0\t00000000\t0\t0\t0",
                "eth0\t0000020A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0",
                "tun0\t00000000\t00000000\t0001\t0\t0\t0\t00000000\t0\t0\t0",
                "bad0\t00000000\tXYZ\t0003",
                "");
        assertThat(RouteTable.gateways(lines)).containsExactly(InetAddress.ofLiteral("10.2.0.1"));
    }
}
