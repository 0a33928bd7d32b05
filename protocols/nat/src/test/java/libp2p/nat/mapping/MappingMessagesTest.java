package libp2p.nat.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class MappingMessagesTest {
    private static final InetAddress ROUTER = InetAddress.ofLiteral("192.168.1.1");

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    /** Written out by hand after RFC 6886 section 3. */
    @Test
    void natPmpIsThatOfTheRfc() throws Exception {
        assertThat(PmpMessage.addressRequest()).isEqualTo(hex("0000"));
        assertThat(PmpMessage.mapRequest(PortProtocol.UDP, 4001, 4002, Duration.ofHours(2)))
                .isEqualTo(hex("0001" + "0000" + "0fa1" + "0fa2" + "00001c20"));
        byte[] address = hex("0080" + "0000" + "00000010" + "c6336407");
        assertThat(PmpMessage.isAnswer(address, 0)).isTrue();
        assertThat(PmpMessage.address(address)).isEqualTo(InetAddress.ofLiteral("198.51.100.7"));
        byte[] mapped = hex("0082" + "0000" + "00000010" + "0fa1" + "c001" + "00001c20");
        assertThat(PmpMessage.isAnswer(mapped, PortProtocol.TCP.pmpCode())).isTrue();
        assertThat(PmpMessage.isAnswer(mapped, PortProtocol.UDP.pmpCode())).isFalse();
        assertThat(PmpMessage.insidePort(mapped)).isEqualTo(4001);
        assertThat(PmpMessage.outsidePort(mapped)).isEqualTo(49153);
        assertThat(PmpMessage.lifetime(mapped)).isEqualTo(Duration.ofHours(2));
        byte[] refused = hex("0082" + "0002" + "00000010");
        assertThat(PmpMessage.isAnswer(refused, PortProtocol.TCP.pmpCode())).isTrue();
        assertThat(PmpMessage.result(refused)).isEqualTo(2);
        assertThat(PmpMessage.isAnswer(hex("0082" + "0000" + "00000010"), 2))
                .as("cut")
                .isFalse();
    }

    /** Written out by hand after RFC 6887 sections 7 and 11. */
    @Test
    void pcpIsThatOfTheRfc() throws Exception {
        byte[] nonce = hex("0102030405060708090a0b0c");
        byte[] request = PcpMessage.mapRequest(
                InetAddress.ofLiteral("192.168.1.5"), nonce, PortProtocol.TCP, 4001, 4001, Duration.ofSeconds(120));
        assertThat(request)
                .isEqualTo(hex("02010000" + "00000078" + "00000000000000000000ffffc0a80105" + "0102030405060708090a0b0c"
                        + "06000000" + "0fa10fa1" + "00000000000000000000ffff00000000"));
        byte[] answer = hex("02810000" + "00000078" + "00000009" + "000000000000000000000000"
                + "0102030405060708090a0b0c" + "06000000" + "0fa1c001" + "00000000000000000000ffffc6336407");
        assertThat(PcpMessage.isAnswer(answer, nonce)).isTrue();
        assertThat(PcpMessage.isAnswer(answer, new byte[12])).as("of another").isFalse();
        assertThat(PcpMessage.outsidePort(answer)).isEqualTo(49153);
        assertThat(PcpMessage.address(answer)).isEqualTo(InetAddress.ofLiteral("198.51.100.7"));
        assertThat(PcpMessage.lifetime(answer)).isEqualTo(Duration.ofSeconds(120));
        byte[] older = hex("0081" + "0001" + "00000000");
        assertThat(PcpMessage.isAnswer(older, nonce)).isTrue();
        assertThat(PcpMessage.isKnown(older)).isFalse();
    }

    @Test
    void anAnswerCannotSendThisHostToAnotherMachine() {
        assertThat(location("http://192.168.1.1:5000/root.xml")).hasToString("http://192.168.1.1:5000/root.xml");
        for (String elsewhere : new String[] {
            "http://192.168.1.2:5000/root.xml",
            "http://example.com/root.xml",
            "https://192.168.1.1/root.xml",
            "http://192.168.1.1@10.0.0.1/",
            "file:///etc/passwd",
            "http:///x",
            "%%%"
        }) {
            assertThat(location(elsewhere)).as(elsewhere).isNull();
        }
        assertThat(UpnpDiscovery.location("NOTIFY * HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII), ROUTER))
                .isNull();
    }

    private static java.net.URI location(String text) {
        String answer = "HTTP/1.1 200 OK\r\nST: x\r\nLocation: " + text + "\r\n\r\n";
        return UpnpDiscovery.location(answer.getBytes(StandardCharsets.US_ASCII), ROUTER);
    }

    @Test
    void aDescriptionGivesTheNewestServiceThatMapsPorts() throws Exception {
        String xml = "<root><device><serviceList>"
                + service("urn:schemas-upnp-org:service:WANPPPConnection:1", "/ppp")
                + service("urn:schemas-upnp-org:service:WANIPConnection:1", "/ip1")
                + service("urn:schemas-upnp-org:service:Layer3Forwarding:1", "/l3")
                + "</serviceList></device></root>";
        assertThat(parse(xml).mappingService())
                .isEqualTo(new UpnpDocument.Service("urn:schemas-upnp-org:service:WANIPConnection:1", "/ip1"));
        assertThat(parse("<root/>").mappingService()).isNull();
        assertThat(parse("<e><errorCode>718</errorCode></e>").value("errorCode"))
                .isEqualTo("718");
    }

    private static String service(String type, String control) {
        return "<service><serviceType>" + type + "</serviceType><controlURL>" + control + "</controlURL></service>";
    }

    private static UpnpDocument parse(String xml) throws GatewayException {
        return UpnpDocument.parse(xml.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void neitherDocumentTypesNorEntitiesNorDepthAreAccepted() {
        for (String xml : new String[] {
            "<!DOCTYPE r [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><r>&x;</r>",
            "<!DOCTYPE r SYSTEM \"http://192.168.1.1/d.dtd\"><r/>",
            "<a>".repeat(40) + "</a>".repeat(40),
            "<a>",
            "no xml"
        }) {
            assertThatThrownBy(() -> parse(xml)).as(xml).isInstanceOf(GatewayException.class);
        }
    }
}
