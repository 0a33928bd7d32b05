package libp2p.ipns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.UdpSocket;
import libp2p.core.record.InvalidRecordException;
import libp2p.core.resource.LimitExceededException;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The values of domains, by a DNS server on the loopback and by records of a table. */
class DnsLinkTest {
    private static final String CID = "bafkreidtpzw2652scycpysbkvepix3mmi72icxdcjzq6jhcf5s5vqmxxba";
    private static final SystemEnvironment SYSTEM = SystemEnvironment.shared();

    private static DnsLink of(Map<String, List<String>> records) {
        return new DnsLink(SYSTEM, (name, deadline) -> records.getOrDefault(name, List.of()));
    }

    @Test
    void aRecordOfTheDomainSaysWhatItStandsFor() throws IOException {
        DnsLink domains = of(Map.of(
                "_dnslink.docs.example.org", List.of("v=spf1 -all", "dnslink=/ipfs/" + CID + "/docs"),
                "example.org", List.of("dnslink=/ipfs/" + CID)));
        assertThat(domains.resolve("docs.example.org", Deadline.NONE)).isEqualTo("/ipfs/" + CID + "/docs");
        assertThat(domains.resolve("Docs.Example.org.", Deadline.NONE)).isEqualTo("/ipfs/" + CID + "/docs");
        assertThat(domains.resolve("example.org", Deadline.NONE))
                .as("records of the domain itself are not asked for")
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dnslink=",
                "dnslink=/ipfs/",
                "dnslink=/ipfs/nonsense",
                "dnslink=/ipns/",
                "dnslink=https://example.org",
                "dnslink=ipfs/" + CID,
                "dnslinks=/ipfs/" + CID,
                "/ipfs/" + CID
            })
    void recordsThatAreNoPathSayNothing(String record) throws IOException {
        assertThat(of(Map.of("_dnslink.example.org", List.of(record))).resolve("example.org", Deadline.NONE))
                .isNull();
    }

    @Test
    void severalRecordsAreAnError() {
        DnsLink domains =
                of(Map.of("_dnslink.example.org", List.of("dnslink=/ipfs/" + CID, "dnslink=/ipns/other.example.org")));
        assertThatThrownBy(() -> domains.resolve("example.org", Deadline.NONE))
                .isInstanceOf(InvalidRecordException.class)
                .hasMessageContaining("2 records of example.org");
    }

    @Test
    void domainsLeadToDomainsAndTheirPathsAreJoined() throws IOException {
        DnsLink domains = of(Map.of(
                "_dnslink.a.example", List.of("dnslink=/ipns/b.example/two"),
                "_dnslink.b.example", List.of("dnslink=/ipfs/" + CID + "/one/"),
                "_dnslink.circle.example", List.of("dnslink=/ipns/circle.example")));
        NameResolver names = new NameResolver(null, domains);
        assertThat(names.resolve("/ipns/a.example/three", Deadline.NONE)).isEqualTo("/ipfs/" + CID + "/one/two/three");
        assertThat(names.resolve("/ipns/nowhere.example", Deadline.NONE)).isNull();
        assertThatThrownBy(() -> names.resolve("/ipns/circle.example", Deadline.NONE))
                .isInstanceOf(InvalidRecordException.class)
                .hasMessageContaining("32 names");
        assertThatThrownBy(() -> names.resolve("/ipns/no_domain", Deadline.NONE))
                .isInstanceOf(InvalidRecordException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "localhost",
                "127.0.0.1",
                "a..b",
                "-a.example",
                "a-.example",
                "a b.example",
                "[::1]",
                "é.example"
            })
    void textsOfAnotherFormAreNoDomains(String text) {
        assertThat(DnsLink.isDomain(text)).isFalse();
        assertThatThrownBy(() -> of(Map.of()).resolve(text, Deadline.NONE))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void longNamesAreNoDomains() {
        assertThat(DnsLink.isDomain("a".repeat(63) + ".example")).isTrue();
        assertThat(DnsLink.isDomain("a".repeat(64) + ".example")).isFalse();
        assertThat(DnsLink.isDomain("a.".repeat(121) + "b")).isTrue();
        assertThat(DnsLink.isDomain("a.".repeat(122) + "b")).isFalse();
    }

    @Test
    void answersAreRememberedAlsoThoseThatSayNothing() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        DnsLink domains = new DnsLink(SYSTEM, (name, deadline) -> {
            asked.incrementAndGet();
            return name.equals("_dnslink.a.example") ? List.of("dnslink=/ipfs/" + CID) : List.of();
        });
        for (int i = 0; i < 3; i++) {
            assertThat(domains.resolve("a.example", Deadline.NONE)).isEqualTo("/ipfs/" + CID);
            assertThat(domains.resolve("b.example", Deadline.NONE)).isNull();
        }
        assertThat(asked).hasValue(2);
    }

    /** No record, once the test lets the server answer. */
    private static List<String> silence(CountDownLatch asking, CountDownLatch answer) throws IOException {
        asking.countDown();
        try {
            answer.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        return List.of();
    }

    private static void resolve(DnsLink domains, String name) {
        try {
            domains.resolve(name, Deadline.NONE);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void lookUpsAreBounded() throws InterruptedException {
        CountDownLatch asking = new CountDownLatch(IpnsLimits.DNSLINK_LOOKUPS);
        CountDownLatch answer = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(IpnsLimits.DNSLINK_LOOKUPS);
        DnsLink domains = new DnsLink(SYSTEM, (name, deadline) -> silence(asking, answer));
        for (int i = 0; i < IpnsLimits.DNSLINK_LOOKUPS; i++) {
            String name = i + ".example";
            SYSTEM.start(name, () -> {
                resolve(domains, name);
                done.countDown();
            });
        }
        asking.await();
        assertThatThrownBy(() -> domains.resolve("more.example", Deadline.NONE))
                .isInstanceOf(LimitExceededException.class);
        answer.countDown();
        done.await();
    }

    @Test
    void domainsWhoseServersAreSilentKeepNoKnownDomainFromBeingServed() throws Exception {
        AtomicLong time = new AtomicLong();
        Environment later = (Environment) Proxy.newProxyInstance(
                Environment.class.getClassLoader(),
                new Class<?>[] {Environment.class},
                (proxy, method, arguments) ->
                        method.getName().equals("nanoTime") ? time.get() : method.invoke(SYSTEM, arguments));
        CountDownLatch asking = new CountDownLatch(IpnsLimits.DNSLINK_LOOKUPS);
        CountDownLatch answer = new CountDownLatch(1);
        DnsLink domains = new DnsLink(later, (name, deadline) -> {
            if (name.equals("_dnslink.known.example")) {
                return List.of("dnslink=/ipfs/" + CID);
            }
            return silence(asking, answer);
        });
        assertThat(domains.resolve("known.example", Deadline.NONE)).isEqualTo("/ipfs/" + CID);
        time.addAndGet(IpnsLimits.DNSLINK_TTL.toNanos() + 1);
        for (int i = 0; i < IpnsLimits.DNSLINK_LOOKUPS; i++) {
            String name = i + ".silent.example";
            SYSTEM.start(name, () -> resolve(domains, name));
        }
        asking.await();
        assertThat(domains.resolve("known.example", Deadline.NONE)).isEqualTo("/ipfs/" + CID);
        answer.countDown();
    }

    /** A DNS server that knows one record. */
    @Test
    void aDnsServerIsAsked() throws IOException {
        try (UdpSocket server = SYSTEM.network().bindUdp(new InetSocketAddress("127.0.0.1", 0));
                SystemEnvironment environment = SystemEnvironment.create(server.localAddress())) {
            SYSTEM.start("name server", () -> {
                ByteBuffer question = ByteBuffer.allocate(512);
                try {
                    while (true) {
                        InetSocketAddress client = server.receive(question.clear());
                        server.send(ByteBuffer.wrap(answer(question.flip(), "dnslink=/ipfs/" + CID)), client);
                    }
                } catch (IOException closed) {
                    // the test is over
                }
            });
            assertThat(new DnsLink(environment).resolve("example.org", Deadline.NONE))
                    .isEqualTo("/ipfs/" + CID);
        }
    }

    private static byte[] answer(ByteBuffer question, String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        int end = 12;
        StringBuilder name = new StringBuilder();
        while (question.get(end) != 0) {
            int length = question.get(end);
            name.append(new String(question.array(), end + 1, length, StandardCharsets.US_ASCII))
                    .append('.');
            end += length + 1;
        }
        boolean known = name.toString().equals("_dnslink.example.org.");
        out.writeShort(question.getShort(0));
        out.writeShort(known ? 0x8180 : 0x8183);
        out.writeShort(1);
        out.writeShort(known ? 1 : 0);
        out.writeInt(0);
        out.write(question.array(), 12, end + 5 - 12);
        if (known) {
            out.writeShort(0xc00c);
            out.writeShort(16);
            out.writeShort(1);
            out.writeInt(60);
            out.writeShort(text.length() + 1);
            out.writeByte(text.length());
            out.write(text.getBytes(StandardCharsets.US_ASCII));
        }
        return bytes.toByteArray();
    }
}
