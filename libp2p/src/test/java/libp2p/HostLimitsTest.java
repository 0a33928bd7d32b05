package libp2p;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.MemoryBlockStore;
import libp2p.core.host.Host;
import libp2p.exchange.bitswap.Bitswap;
import libp2p.kad.Dht;
import libp2p.kad.Kad;
import libp2p.multiformats.MalformedException;
import libp2p.muxers.MuxerLimits;
import libp2p.nat.Nat;
import libp2p.nat.mapping.Method;
import libp2p.nat.relay.RelayLimits;
import libp2p.pubsub.GossipSub;
import libp2p.swarm.resource.LimitsFile;
import libp2p.swarm.resource.ResourceLimits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every bound of a host in one value and in one text. */
class HostLimitsTest {
    private static final HostLimits BASE =
            HostLimits.ofThisMachine().withResources(ResourceLimits.scaled(1L << 30, 4096));

    /** A family from elsewhere, which asks for its limits. */
    public record Chess(int boards, Duration move) {}

    private static HostLimits parse(String text) {
        return HostLimits.parse("limits of a test", text, BASE);
    }

    @Test
    void changesWhatTheTextNamesAndNothingElse() {
        HostLimits limits = parse("""
            # a node behind a slow line
            system.connectionsInbound = 7
            trimming.high = 400
            trimming.relief = 0.5
            swarm.dialing.timeout = 250ms
            swarm.listening.pending = 64
            swarm.streams.readTimeout = 5m
            muxers.yamux.window = 4MiB
            quic.timeouts.idle = PT40S
            webSocket.frameBytes = unlimited
            identify.pushes = 3
            kad.lookup.alpha = 3
            """);
        assertThat(limits.withResources(BASE.resources()))
                .isEqualTo(parse("kad.lookup.alpha = 3")
                        .withTrimming(trimming -> trimming.withMarks(160, 400).withRelief(0.5, trimming.reliefPause()))
                        .withSwarm(swarm -> swarm.withDialing(dialing -> dialing.withTimeout(Duration.ofMillis(250)))
                                .withListening(listening -> listening.withPending(64))
                                .withStreams(streams -> streams.withReadTimeout(Duration.ofMinutes(5))))
                        .withMuxers(muxers -> muxers.withYamux(new MuxerLimits.Yamux(
                                256, 4 << 20, 32, Duration.ofSeconds(30), Duration.ofSeconds(20))))
                        .withQuic(quic -> quic.withTimeouts(timeouts -> timeouts.withIdle(Duration.ofSeconds(40))))
                        .withWebSocket(old -> limits.webSocket())
                        .withIdentify(old -> limits.identify()));
        assertThat(limits.webSocket().frameBytes()).isEqualTo(Long.MAX_VALUE);
        assertThat(limits.identify().pushes()).isEqualTo(3);
        assertThat(LimitsFile.text(limits.resources())).contains("system.connectionsInbound = 7\n");
    }

    @Test
    void allLimitsAreWrittenSoThatTheyAreReadBack() {
        HostLimits limits = parse("kad.lookup.alpha = 3\nchess.boards = 2\nswarm.dialing.timeout = 90061001ns\n");
        String text = limits.text();
        assertThat(text)
                .contains("kad.lookup.alpha = 3\n", "chess.boards = 2\n", "swarm.dialing.timeout = PT0.090061001S\n");
        assertThat(parse(text).text()).isEqualTo(text);
        List<String> own = text.lines()
                .filter(line -> !line.startsWith("kad.") && !line.contains("["))
                .toList();
        assertThat(own).hasSizeGreaterThan(100).allMatch(line -> line.contains(" = "));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        swarm.dialling.timeout = 5s          | 'dialling' is no limit; these are: dialing, resolving,
        swarm.dialing = 5s                   | 'dialing' is a group of limits: timeout, localTimeout,
        swarm.dialing.timeout.long = 5s      | 'timeout.long' cannot be set by a text
        swarm.dialing.timeout = 5            | '5' is no duration such as 250ms
        swarm.dialing.timeout = -5s          | '-5s' is no duration
        swarm.dialing.timeout = 9999999999d  | is no duration
        swarm.dialing.dials = many           | 'many' is neither a number up to 2147483647 nor 'unlimited'
        swarm.dialing.dials = 2GiB           | '2GiB' is neither a number up to 2147483647
        trimming.relief = NaN                | 'NaN' is no finite number
        trimming.high = 3                    | low 160, high 3
        muxers.yamux.window = 1              | window is 1, at least 262144 is needed
        kad.lookup.beta = x                  | 'x' is neither a number
        kad.spice = 1                        | 'spice' is no limit; these are:
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
    void theLimitsOfFamiliesReachThem() throws Exception {
        List<Chess> seen = new ArrayList<>();
        HostLimits limits = parse("chess.boards = 2\nkad.lookup.alpha = 3\n");
        try (Host host = Libp2p.host()
                .limits(limits)
                .with(assembly -> seen.add(assembly.limits("chess", new Chess(8, Duration.ofMinutes(1)))))
                .start()) {
            assertThat(host.find(Dht.class)).isEmpty(); // a file may be shared with hosts that have the family
        }
        assertThat(seen).containsExactly(new Chess(2, Duration.ofMinutes(1)));
    }

    @Test
    void aLimitThatNobodyHasIsAMistake() {
        assertThatThrownBy(
                        () -> Libp2p.host().limits(parse("sytem.streams = 2")).start())
                .isInstanceOf(MalformedException.class)
                .hasMessageStartingWith(
                        "no part of this host has the limit sytem.streams; limits of families begin with");
        assertThatThrownBy(() -> Libp2p.host()
                        .limits(parse("chess.board = 2"))
                        .with(assembly -> assembly.limits("chess", new Chess(8, Duration.ofMinutes(1))))
                        .start())
                .isInstanceOf(MalformedException.class)
                .hasMessage("chess.board = 2: 'board' is no limit; these are: boards, move");
    }

    @ParameterizedTest
    @ValueSource(strings = {"kad", "pubsub", "relay", "autonat", "autorelay", "holepunch", "portmapping", "bitswap"})
    void aBuiltInFamilyAsksForItsLimitsByTheNameOfTheText(String family) {
        assertThat(BASE.text()).contains("\n" + family + ".");
        HostLimits limits = BASE;
        HostLimits wrong = new HostLimits(
                limits.resources(),
                limits.trimming(),
                limits.swarm(),
                limits.muxers(),
                limits.security(),
                limits.tcp(),
                limits.webSocket(),
                limits.quic(),
                limits.identify(),
                limits.ping(),
                limits.bootstrap(),
                Map.of(family + ".nothing", "1"));
        Nat nat = Nat.create()
                .withAutoRelay()
                .withRelayService(RelayLimits.DEFAULT)
                .withPortMapping(Set.of(Method.PCP));
        assertThatThrownBy(() -> Libp2p.host()
                        .limits(wrong)
                        .with(
                                Kad.server(),
                                GossipSub.create(),
                                nat,
                                Bitswap.over(new MemoryBlockStore(BlockStoreLimits.DEFAULT)))
                        .start())
                .isInstanceOf(MalformedException.class)
                .hasMessageStartingWith(family + ".nothing = 1: 'nothing' is no limit; these are: ");
    }

    @Test
    void filesAreReadWithinABound(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("limits");
        Files.writeString(file, "system.streams = 4\nping.idle = forever\n");
        assertThatThrownBy(() -> HostLimits.read(file, BASE))
                .isInstanceOf(MalformedException.class)
                .hasMessageStartingWith("limits file " + file + ", line 2: 'forever' is no duration");
        Files.write(file, new byte[] {'#', (byte) 0xff, '\n'});
        assertThatThrownBy(() -> HostLimits.read(file, BASE))
                .isInstanceOf(MalformedException.class)
                .hasMessage("limits file " + file + ": not a text in UTF-8");
        Files.writeString(file, "#".repeat((1 << 20) + 1));
        assertThatThrownBy(() -> HostLimits.read(file, BASE))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("1048577 bytes");
    }

    @Test
    void noLimitsMeansNoResourcesAndNoTrimming() {
        HostLimits limits = HostLimits.unlimited();
        assertThat(limits.resources()).isEqualTo(ResourceLimits.unlimited());
        assertThat(limits.trimming().high()).isEqualTo(Integer.MAX_VALUE);
        assertThat(limits.swarm()).isEqualTo(HostLimits.ofThisMachine().swarm());
    }
}
