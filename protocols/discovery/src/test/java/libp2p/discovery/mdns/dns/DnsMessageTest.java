package libp2p.discovery.mdns.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import libp2p.multiformats.MalformedException;
import org.junit.jupiter.api.Test;

class DnsMessageTest {
    private static final DnsName SERVICE = DnsName.parse("_p2p._udp.local");
    private static final DnsName INSTANCE = SERVICE.child("abc");

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }

    /** A message with these counts, and bytes after its head. */
    private static byte[] message(int questions, int answers, int authorities, int additionals, String rest) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int value : new int[] {0, 0x8400, questions, answers, authorities, additionals}) {
            out.write(value >>> 8);
            out.write(value);
        }
        out.writeBytes(hex(rest));
        return out.toByteArray();
    }

    private static void refused(byte[] bytes, String why) {
        assertThatThrownBy(() -> DnsMessage.decode(bytes))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining(why);
    }

    @Test
    void whatIsWrittenIsRead() throws Exception {
        DnsMessage message = new DnsMessage(
                7,
                true,
                List.of(new DnsMessage.Question(SERVICE, DnsType.PTR, true)),
                List.of(new DnsRecord(SERVICE, false, 120, new DnsRecord.Pointer(INSTANCE))),
                List.of(
                        new DnsRecord(INSTANCE, true, 0xffffffffL, new DnsRecord.Text(List.of("a=b", "", "ÿ"))),
                        new DnsRecord(INSTANCE, true, 120, new DnsRecord.Service(1, 2, 65_535, SERVICE)),
                        new DnsRecord(SERVICE, true, 0, new DnsRecord.Address(InetAddress.getByName("10.0.0.1"))),
                        new DnsRecord(SERVICE, true, 0, new DnsRecord.Address(InetAddress.getByName("fd00::1")))));
        byte[] bytes = message.encode();
        assertThat(DnsMessage.decode(bytes)).isEqualTo(message);
        assertThat(bytes.length).as("names are compressed").isLessThan(210);
    }

    @Test
    void aQueryOfTheSpecificationHasTheseBytes() {
        byte[] query = DnsMessage.query(List.of(new DnsMessage.Question(SERVICE, DnsType.PTR, false)), List.of())
                .encode();
        assertThat(query)
                .isEqualTo(hex("0000 0000 0001 0000 0000 0000 04 5f703270 04 5f756470 05 6c6f63616c 00 000c 0001"));
    }

    @Test
    void namesAreTheSameInEveryCaseOfTheirLetters() {
        assertThat(DnsName.parse("_P2P._Udp.LOCAL.")).isEqualTo(SERVICE).hasSameHashCodeAs(SERVICE);
        assertThat(DnsName.of(List.of("a.b"))).isNotEqualTo(DnsName.parse("a.b"));
        assertThatThrownBy(() -> DnsName.parse("a..b")).isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> DnsName.of(List.of("x".repeat(64)))).isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> DnsName.of(Collections.nCopies(5, "x".repeat(63))))
                .isInstanceOf(MalformedException.class);
    }

    @Test
    void pointersLeadBackOnly() {
        // An answer whose name points to itself, one that points ahead, and two that point at each other.
        refused(message(0, 1, 0, 0, "c00c 000c 0001 00000000 0001 00"), "pointer");
        refused(message(0, 1, 0, 0, "c00e 0000 000c 0001 00000000 0000"), "pointer");
        refused(message(1, 0, 0, 0, "01 61 c00c 000c 0001"), "pointer");
    }

    @Test
    void namesThatExpandTooFarAreRefused() {
        // 255 bytes once, then pointers to them: 512 records of 12 bytes would become 128 KiB of names.
        StringBuilder rest = new StringBuilder();
        for (int i = 0; i < 3; i++) {
            rest.append("3f").append("61".repeat(63));
        }
        rest.append("3d").append("61".repeat(61)).append("00").append("00ff 0001 00000000 0000");
        for (int i = 0; i < 511; i++) {
            rest.append("c00c 00ff 0001 00000000 0000");
        }
        refused(message(0, 512, 0, 0, rest.toString()), "names of more than 65536 bytes");
    }

    @Test
    void tooManyOfAnythingIsRefusedBeforeItIsRead() {
        refused(message(65, 0, 0, 0, ""), "65 questions");
        refused(message(0, 513, 0, 0, ""), "513 records");
        refused(message(0, 0, 0, 65_535, ""), "65535 records");
        refused(message(0, 1, 512, 0, "00 0001 0001 00000000 0004 0a000001"), "513 records");
        refused(new byte[9_001], "9001 bytes");
        refused(message(0, 1, 0, 0, "00 0010 0001 00000000 0081" + "00".repeat(129)), "128 strings");
        StringBuilder longName = new StringBuilder();
        for (int i = 0; i < 5; i++) {
            longName.append("3f").append("61".repeat(63));
        }
        refused(message(1, 0, 0, 0, longName + "00 000c 0001"), "a name of more than 255 bytes");
    }

    @Test
    void lengthsThatLieAreRefused() {
        refused(message(0, 1, 0, 0, "00 000c 0001 00000000 00ff 00"), "ends after the message");
        refused(message(0, 1, 0, 0, "00 0010 0001 00000000 0002 ff61"), "string ends after its record");
        refused(message(0, 1, 0, 0, "00 0001 0001 00000000 0003 0a0000"), "address of 3 bytes");
        refused(message(0, 1, 0, 0, "00 000c 0001 00000000 0001 0161 00"), "longer than the record");
        refused(message(1, 0, 0, 0, "40 61"), "unknown kind");
        refused(hex("0000"), "too early");
        refused(message(1, 0, 0, 0, ""), "too early");
        refused(hex("0000 2800 0000 0000 0000 0000"), "neither a query");
    }

    @Test
    void everyPrefixOfAMessageIsRefused() {
        byte[] whole = DnsMessage.answer(
                        List.of(new DnsRecord(SERVICE, false, 120, new DnsRecord.Pointer(INSTANCE))),
                        List.of(new DnsRecord(INSTANCE, true, 120, new DnsRecord.Text(List.of("dnsaddr=/ip4/…")))))
                .encode();
        for (int i = 0; i < whole.length; i++) {
            byte[] part = java.util.Arrays.copyOf(whole, i);
            assertThatThrownBy(() -> DnsMessage.decode(part)).isInstanceOf(MalformedException.class);
        }
    }

    @Test
    void recordsOfOtherClassesAndTypesArePassedOver() {
        DnsMessage message = DnsMessage.decode(message(
                0, 2, 0, 0, "01 61 00 0001 0003 00000000 0004 0a000001 01 61 00 0063 0001 00000005 0003 010203"));
        assertThat(message.answers())
                .containsExactly(new DnsRecord(DnsName.parse("a"), false, 5, new DnsRecord.Other(99)));
    }
}
