package libp2p.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.crypto.engine.EngineUnavailableException;
import org.junit.jupiter.api.Test;

class EngineSelectionTest {
    @Test
    void everyPrimitiveHasAnEngineThatPassesItsKnownAnswerTest() {
        assertThat(Crypto.of(EnginePreference.DEFAULT).report())
                .extracting(EngineReport::primitive)
                .containsExactlyInAnyOrder(Primitive.values());
    }

    @Test
    void aPreferredEngineServesEveryPrimitiveItImplements() {
        for (Engine engine : List.of(Engine.JDK, Engine.BOUNCY_CASTLE)) {
            for (EngineReport report :
                    Crypto.of(EnginePreference.DEFAULT.preferEverywhere(engine)).report()) {
                if (report.primitive().defaultOrder().contains(engine)) {
                    assertThat(report.engine()).as(report.toString()).isEqualTo(engine);
                    assertThat(report.passedOver()).isEmpty();
                }
            }
        }
    }

    @Test
    void readsPreferencesFromText() {
        EnginePreference preference = EnginePreference.parse("aead=jdk, X25519 = bc ,secp256k1=jdk");
        assertThat(preference.order(Primitive.CHACHA20_POLY1305)).startsWith(Engine.JDK);
        assertThat(preference.order(Primitive.AES_GCM)).startsWith(Engine.JDK);
        assertThat(preference.order(Primitive.X25519)).startsWith(Engine.BOUNCY_CASTLE);
        assertThat(preference.order(Primitive.SECP256K1)).isEqualTo(Primitive.SECP256K1.defaultOrder());
        assertThat(preference.order(Primitive.RSA)).isEqualTo(Primitive.RSA.defaultOrder());
    }

    @Test
    void namesWhatIsUnknownInPreferences() {
        assertThatThrownBy(() -> EnginePreference.parse("aead=jkd")).hasMessageContaining("jkd");
        assertThatThrownBy(() -> EnginePreference.parse("dsa=jdk")).hasMessageContaining("dsa");
        assertThatThrownBy(() -> EnginePreference.parse("aead")).hasMessageContaining("without '='");
    }

    @Test
    void fallsBackFromAbsentBrokenAndThrowingEnginesAndSaysWhy() {
        Selection<String> selection = new Selection<>(
                Primitive.RSA,
                EnginePreference.DEFAULT,
                engine -> {
                    if (engine == Engine.LIBCRYPTO) {
                        throw new EngineUnavailableException("no library");
                    }
                    return engine.label();
                },
                "bc"::equals,
                engine -> () -> {});
        assertThat(selection.implementation()).isEqualTo("bc");
        assertThat(selection.report().passedOver())
                .extracting(EngineReport.PassedOver::reason)
                .containsExactly("no library", "failed its known-answer test");
    }

    @Test
    void testsAnEngineOnce() {
        AtomicInteger tests = new AtomicInteger();
        Selection<String> selection = new Selection<>(
                Primitive.RSA,
                EnginePreference.DEFAULT,
                Engine::label,
                implementation -> tests.incrementAndGet() > 0,
                engine -> () -> {});
        selection.implementation();
        selection.implementation();
        assertThat(tests).hasValue(1);
    }

    @Test
    void failsWhenNoEngineIsLeft() {
        Selection<String> selection = new Selection<>(
                Primitive.RSA,
                EnginePreference.DEFAULT,
                Engine::label,
                implementation -> {
                    throw new IllegalStateException("broken");
                },
                engine -> () -> {});
        assertThatThrownBy(selection::implementation)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("rsa")
                .hasMessageContaining("broken");
    }
}
