package libp2p.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import libp2p.core.connection.Connection;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.Direction;
import libp2p.multiformats.MalformedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessRulesTest {
    private static final PeerId ALICE = PeerId.parse("12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA");
    private static final PeerId BOB = PeerId.parse("QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N");
    private static final String FILES = "/files/1.0.0";

    private static Connection with(PeerId peer) {
        return (Connection) Proxy.newProxyInstance(
                AccessRulesTest.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> {
                    assertThat(method.getName()).isEqualTo("remotePeer");
                    return peer;
                });
    }

    static boolean inbound(AccessRules rules, PeerId peer, String protocol) {
        return rules.permits(with(peer), Direction.INBOUND, protocol);
    }

    private static boolean outbound(AccessRules rules, PeerId peer, String protocol) {
        return rules.permits(with(peer), Direction.OUTBOUND, protocol);
    }

    @Test
    void withoutRulesTheFallbackDecides() {
        assertThat(inbound(new AccessRules(Effect.DENY), ALICE, FILES)).isFalse();
        assertThat(inbound(new AccessRules(Effect.ALLOW), ALICE, FILES)).isTrue();
    }

    @Test
    void theFirstRuleThatFitsDecides() {
        Rule exception = Rule.deny(FILES).forPeer(BOB);
        AccessRules rules = new AccessRules(Effect.DENY)
                .add(exception)
                .add(Rule.allow("/files/*"))
                .add(Rule.deny("*"));
        assertThat(inbound(rules, ALICE, FILES)).isTrue();
        assertThat(inbound(rules, BOB, FILES)).isFalse();
        assertThat(inbound(rules, BOB, "/files/2.0.0")).isTrue();
        assertThat(inbound(rules, ALICE, "/chat/1.0.0")).isFalse();
        assertThat(rules.decisive(with(BOB), Direction.INBOUND, FILES)).contains(exception);
    }

    @Test
    void aRuleForOneDirectionSaysNothingAboutTheOther() {
        AccessRules rules = new AccessRules(Effect.ALLOW)
                .add(Rule.deny("/in/1").inbound())
                .add(Rule.deny("/out/1").outbound());
        assertThat(inbound(rules, ALICE, "/in/1")).isFalse();
        assertThat(outbound(rules, ALICE, "/in/1")).isTrue();
        assertThat(inbound(rules, ALICE, "/out/1")).isTrue();
        assertThat(outbound(rules, ALICE, "/out/1")).isFalse();
    }

    @Test
    void aFamilyIsItsNameAndWhatStandsBelowItAndNothingElse() {
        ProtocolPattern family = ProtocolPattern.parse("/files/*");
        assertThat(family.matches("/files")).isTrue();
        assertThat(family.matches("/files/1.0.0")).isTrue();
        assertThat(family.matches("/files/upload/1.0.0")).isTrue();
        assertThat(family.matches("/files2/1.0.0")).isFalse();
        assertThat(family.matches("/file")).isFalse();
        assertThat(family.matches("/x/files/1.0.0")).isFalse();
        assertThat(ProtocolPattern.parse(FILES).matches(FILES)).isTrue();
        assertThat(ProtocolPattern.parse(FILES).matches("/files/1.0.0/x")).isFalse();
        assertThat(ProtocolPattern.parse("/files").matches(FILES)).isFalse();
        assertThat(ProtocolPattern.ANY.matches("")).isTrue();
    }

    @Test
    void patternsThatMeanNothingAreRefused() {
        for (String wrong : List.of("", "/*", "/a*b/1", "/a/*/b", "/a b", "/a\n", "*/1", "/" + "x".repeat(512))) {
            assertThatThrownBy(() -> ProtocolPattern.parse(wrong))
                    .as(wrong)
                    .isInstanceOf(MalformedException.class)
                    .hasMessageContaining("not a protocol such as");
        }
        assertThat(ProtocolPattern.parse("/" + "x".repeat(511)).kind()).isEqualTo(ProtocolPattern.Kind.EXACT);
    }

    @Test
    void rulesCanBeAboutAnythingKnownOfAConnection() {
        Set<PeerId> admins = new HashSet<>(Set.of(ALICE));
        AccessRules rules = new AccessRules(Effect.DENY)
                .add(Rule.allow("/admin/*").forSubject(connection -> admins.contains(connection.remotePeer())));
        assertThat(inbound(rules, ALICE, "/admin/1")).isTrue();
        assertThat(inbound(rules, BOB, "/admin/1")).isFalse();
        admins.clear();
        assertThat(inbound(rules, ALICE, "/admin/1")).isFalse();
    }

    @Test
    void theSubjectIsAskedOnlyForItsProtocolsAndDirections() {
        AccessRules rules = new AccessRules(Effect.ALLOW)
                .add(Rule.deny("/slow/1").inbound().forSubject(connection -> {
                    throw new AssertionError("asked");
                }));
        assertThat(inbound(rules, ALICE, FILES)).isTrue();
        assertThat(outbound(rules, ALICE, "/slow/1")).isTrue();
    }

    @Test
    void rulesCanBeTakenAwayAndReplaced() {
        Rule rule = Rule.allow(FILES).forPeer(ALICE);
        AccessRules rules = new AccessRules(Effect.DENY).add(rule).add(rule);
        rules.remove(Rule.allow(FILES).forPeer(ALICE));
        assertThat(rules.rules()).containsExactly(rule);
        rules.remove(rule);
        assertThat(inbound(rules, ALICE, FILES)).isFalse();
        rules.replace(List.of(Rule.allow("*")));
        assertThat(inbound(rules, ALICE, FILES)).isTrue();
    }

    @Test
    void thereIsABoundOnTheRules() {
        AccessRules rules = new AccessRules(Effect.DENY);
        for (int i = 0; i < 1024; i++) {
            rules.add(Rule.allow("/p/" + i));
        }
        assertThatThrownBy(() -> rules.add(Rule.allow("*")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("1024 rules");
        assertThat(rules.rules()).hasSize(1024);
    }

    @Test
    void aFileSaysTheSameAsTheRulesPrintedFromIt(@TempDir Path folder) throws Exception {
        String text = """
            # the friends of the house
            allow both /ipfs/* *

            allow   inbound  /files/1.0.0  %s
            deny outbound * %s
            default allow
            """.formatted(ALICE, BOB);
        Path file = folder.resolve("rules");
        Files.writeString(file, text);
        AccessRules rules = AccessRules.read(file);
        assertThat(rules.fallback()).isEqualTo(Effect.ALLOW);
        assertThat(rules.rules())
                .containsExactly(
                        Rule.allow("/ipfs/*"),
                        Rule.allow(FILES).forPeer(ALICE).inbound(),
                        Rule.deny("*").forPeer(BOB).outbound());
        assertThat(rules.rules().stream().map(Rule::toString))
                .containsExactly(
                        "allow both /ipfs/* *", "allow inbound /files/1.0.0 " + ALICE, "deny outbound * " + BOB);
    }

    @Test
    void aFileWithoutADefaultDeniesTheRest() {
        assertThat(RulesFile.parse("").fallback()).isEqualTo(Effect.DENY);
    }

    @Test
    void aWrongLineIsNamedWithItsFault() {
        assertWrong("allow both *", "line 1: a rule has four words", "not 3");
        assertWrong("\npermit both * *", "line 2: \"permit\" is neither allow nor deny");
        assertWrong("allow up * *", "\"up\" is not inbound, outbound or both");
        assertWrong("allow both * bob", "\"bob\" is neither * nor role:NAME nor a peer id");
        assertWrong("allow both /a*/b *", "line 1: not a protocol such as");
        assertWrong("default maybe", "\"maybe\" is neither allow nor deny");
        assertWrong("deny both * *\n".repeat(1025), "line 1025: more than 1024 rules");
    }

    static void assertWrong(String text, String... parts) {
        assertThatThrownBy(() -> RulesFile.parse(text))
                .isInstanceOf(MalformedException.class)
                .hasMessageContainingAll(parts);
    }

    @Test
    void aFileThatIsTooLargeIsNotRead(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("rules");
        Files.writeString(file, "#".repeat((1 << 20) + 1));
        assertThatThrownBy(() -> AccessRules.read(file))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("limit of 1048576");
    }
}
