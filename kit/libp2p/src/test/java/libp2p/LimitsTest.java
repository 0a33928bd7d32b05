package libp2p;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.host.Host;
import libp2p.kad.Dht;
import libp2p.kad.KadLimits;
import libp2p.multiformats.MalformedException;
import libp2p.muxers.MuxerLimits;
import libp2p.protocols.identify.IdentifyLimits;
import libp2p.swarm.SwarmLimits;
import libp2p.swarm.connmgr.TrimmingLimits;
import libp2p.swarm.resource.LimitsFile;
import libp2p.swarm.resource.ResourceLimits;
import libp2p.transports.quic.QuicLimits;
import libp2p.transports.websocket.WebSocketLimits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every bound of a host in one value and in one text. */
class LimitsTest {
    private static final Limits BASE = Limits.ofThisMachine().withResources(ResourceLimits.scaled(1L << 30, 4096));

    private static Limits parse(String text) {
        return Limits.parse("limits of a test", text, BASE);
    }

    @Test
    void changesWhatTheTextNamesAndNothingElse() {
        Limits limits = parse("""
            # a node behind a slow line
            system.connectionsInbound = 7
            trimming.high = 400
            trimming.relief = 0.5
            swarm.dialing.timeout = 250ms
            swarm.listening.pending = 64
            swarm.streams.read-timeout = 5m
            muxers.yamux.window = 4MiB
            quic.timeouts.idle = PT40S
            websocket.frame-bytes = unlimited
            identify.pushes = 3
            kad.lookup.alpha = 3
            """);
        assertThat(limits.of(TrimmingLimits.class))
                .isEqualTo(TrimmingLimits.DEFAULT
                        .withMarks(160, 400)
                        .withRelief(0.5, TrimmingLimits.DEFAULT.reliefPause()));
        assertThat(limits.of(SwarmLimits.class))
                .isEqualTo(SwarmLimits.DEFAULT
                        .withDialing(dialing -> dialing.withTimeout(Duration.ofMillis(250)))
                        .withListening(listening -> listening.withPending(64))
                        .withStreams(streams -> streams.withReadTimeout(Duration.ofMinutes(5))));
        assertThat(limits.of(MuxerLimits.class).yamux().window()).isEqualTo(4 << 20);
        assertThat(limits.of(QuicLimits.class))
                .isEqualTo(QuicLimits.DEFAULT.withTimeouts(timeouts -> timeouts.withIdle(Duration.ofSeconds(40))));
        assertThat(limits.of(WebSocketLimits.class).frameBytes()).isEqualTo(Long.MAX_VALUE);
        assertThat(limits.of(IdentifyLimits.class).pushes()).isEqualTo(3);
        assertThat(limits.of(KadLimits.class).lookup().alpha()).isEqualTo(3);
        assertThat(LimitsFile.text(limits.resources())).contains("system.connectionsInbound = 7\n");
        List<String> before = BASE.text().lines().toList();
        assertThat(limits.text().lines().filter(line -> !before.contains(line))).hasSize(11);
    }

    @Test
    void aBoundIsSetByItsNameOrByAFunction() {
        Limits limits = BASE.with("kad.lookup.alpha", 3)
                .with("swarm.dialing.timeout", Duration.ofSeconds(7))
                .with("system.connectionsInbound", 9)
                .with(SwarmLimits.class, swarm -> swarm.withListening(listening -> listening.withPending(64)));
        assertThat(limits.of(KadLimits.class).lookup().alpha()).isEqualTo(3);
        assertThat(limits.of(SwarmLimits.class).dialing().timeout()).isEqualTo(Duration.ofSeconds(7));
        assertThat(limits.of(SwarmLimits.class).listening().pending()).isEqualTo(64);
        assertThat(limits.resources()).isNotEqualTo(BASE.resources());
        assertThatThrownBy(() -> BASE.with("kad.lookup.alpha", Duration.ZERO))
                .isInstanceOf(MalformedException.class)
                .hasMessage("kad.lookup.alpha: PT0S is of type Duration, and the limit of type int");
    }

    @Test
    void allLimitsAreWrittenSoThatTheyAreReadBack() {
        Limits limits = parse("kad.lookup.alpha = 3\nswarm.dialing.timeout = 90061001ns\n");
        String text = limits.text();
        assertThat(text).contains("kad.lookup.alpha = 3\n", "swarm.dialing.timeout = PT0.090061001S\n");
        assertThat(parse(text).text()).isEqualTo(text);
        assertThat(text.lines()).hasSizeGreaterThan(200).allMatch(line -> line.startsWith("#") || line.contains(" = "));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        swarm.dialling.timeout = 5s          | swarm.dialling.timeout: 'dialling' is no limit; these are: dialing, resolving,
        swarm.dialing = 5s                   | swarm.dialing is a group of limits: timeout, local-timeout,
        swarm.dialing.timeout.long = 5s      | swarm.dialing.timeout.long: 'timeout' is a limit, and has no 'long'
        swarm.dialing.timeout = 5            | '5' is no duration such as 250ms
        swarm.dialing.timeout = -5s          | '-5s' is no duration
        swarm.dialing.timeout = 0s           | swarm.dialing.timeout is 0s, possible: 1ms to
        swarm.dialing.timeout = 9999999999d  | is no duration
        swarm.dialing.dials = many           | 'many' is neither a number up to 2147483647 nor 'unlimited'
        swarm.dialing.dials = 2GiB           | '2GiB' is neither a number up to 2147483647
        trimming.relief = NaN                | 'NaN' is no finite number
        muxers.yamux.window = 1              | muxers.yamux.window is 1, possible: 256KiB to
        kad.lookup.beta = x                  | 'x' is neither a number
        kad.spice = 1                        | kad.spice: 'spice' is no limit; these are:
        sytem.streams = 1                    | no part has the limit sytem.streams; limits begin with one of:
        system.conections = 1                | 'conections' is no limit
        swarm                                | is not of the form name = value
        """)
    void saysWhichLineIsWrongAndWhy(String line, String message) {
        assertThatThrownBy(() -> parse("\n# remark\n" + line))
                .isInstanceOf(MalformedException.class)
                .hasMessageStartingWith("limits of a test, line 3: ")
                .hasMessageContaining(message);
    }

    @Test
    void theOrderOfChangesDoesNotMatter() {
        assertThat(parse("trimming.low = 300\ntrimming.high = 400")
                        .of(TrimmingLimits.class)
                        .low())
                .isEqualTo(300);
        assertThat(BASE.with("trimming.low", 300)
                        .with("trimming.high", 400)
                        .of(TrimmingLimits.class)
                        .high())
                .isEqualTo(400);
        assertThatThrownBy(() -> parse("trimming.low = 300"))
                .isInstanceOf(MalformedException.class)
                .hasMessageStartingWith("limits of a test: ")
                .hasMessageContaining("low")
                .hasMessageContaining("300");
    }

    @Test
    void theLimitsOfFamiliesReachThem() throws Exception {
        List<KadLimits> seen = new ArrayList<>();
        KadLimits given = KadLimits.DEFAULT.withAsking(new KadLimits.Asking(7, Duration.ofSeconds(20)));
        try (Host host = Libp2p.host()
                .limit("kad.lookup.alpha", 3)
                .with(assembly -> seen.add(assembly.limits(given)))
                .start()) {
            assertThat(host.find(Dht.class)).isEmpty(); // to name the bounds of a family does not start it
        }
        assertThat(seen).hasSize(1);
        assertThat(seen.getFirst().lookup().alpha()).isEqualTo(3);
        assertThat(seen.getFirst().asking()).isEqualTo(given.asking());
    }

    @Test
    void filesAreReadWithinABound(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("limits");
        Files.writeString(file, "system.streams = 4\nping.idle = forever\n");
        assertThatThrownBy(() -> Limits.read(file, BASE))
                .isInstanceOf(MalformedException.class)
                .hasMessageStartingWith("limits file " + file + ", line 2: ping.idle: 'forever' is no duration");
        Files.write(file, new byte[] {'#', (byte) 0xff, '\n'});
        assertThatThrownBy(() -> Limits.read(file, BASE))
                .isInstanceOf(MalformedException.class)
                .hasMessage("limits file " + file + ": not a text in UTF-8");
        Files.writeString(file, "#".repeat((1 << 20) + 1));
        assertThatThrownBy(() -> Limits.read(file, BASE))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("1048577 bytes");
    }

    @Test
    void noLimitsMeansNoResourcesAndNoTrimming() {
        Limits limits = Limits.unlimited();
        assertThat(limits.resources()).isEqualTo(ResourceLimits.unlimited());
        assertThat(limits.of(TrimmingLimits.class).high()).isEqualTo(Integer.MAX_VALUE);
        assertThat(limits.of(SwarmLimits.class)).isEqualTo(SwarmLimits.DEFAULT);
    }
}
