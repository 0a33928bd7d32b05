package libp2p.security;

import static org.assertj.core.api.Assertions.assertThat;

import libp2p.crypto.Crypto;
import libp2p.crypto.Engine;
import libp2p.crypto.EnginePreference;
import libp2p.crypto.EngineReport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The runs that have only the tests tagged {@code vectors} really have the engine that they are for. */
@Tag("vectors")
class VectorEnginesTest {
    @Test
    void everyPrimitiveIsServedByTheEngineOfTheRun() {
        EnginePreference wanted = EnginePreference.parse(System.getProperty(Crypto.ENGINES_PROPERTY));
        assertThat(Crypto.standard().report()).isNotEmpty();
        for (EngineReport report : Crypto.standard().report()) {
            Engine first = wanted.order(report.primitive()).getFirst();
            if (first != Engine.LIBCRYPTO) { // which this machine need not have
                assertThat(report.engine()).as(report.toString()).isEqualTo(first);
            }
        }
    }
}
