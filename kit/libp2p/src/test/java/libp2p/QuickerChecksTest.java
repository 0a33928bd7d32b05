package libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import libp2p.core.environment.Environment;
import libp2p.crypto.Crypto;
import libp2p.crypto.EnginePreference;
import libp2p.crypto.SignatureScheme;
import libp2p.crypto.Signer;
import libp2p.simulator.Simulation;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;

/** When the quicker engine is loaded; what it changes is tested in the module of the engines. */
class QuickerChecksTest {
    private final List<String> started = new ArrayList<>();
    private int offloaded;

    /** Runs at once what is started or offloaded. */
    private final Environment environment = (Environment) Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {Environment.class},
            (proxy, method, arguments) -> switch (method.getName()) {
                case "start" -> {
                    started.add((String) arguments[0]);
                    ((Runnable) arguments[1]).run();
                    yield null;
                }
                case "offload" -> {
                    offloaded++;
                    yield ((Callable<?>) arguments[0]).call();
                }
                default -> throw new UnsupportedOperationException(method.getName());
            });

    @Test
    void theEngineIsLoadedOnAThreadOfItsOwnOnceSevenThousandSignaturesWereChecked() throws Exception {
        Crypto crypto = Crypto.of(EnginePreference.DEFAULT);
        QuickerChecks.prepare(environment, crypto);
        SignatureScheme ed25519 = crypto.ed25519();
        Signer signer = ed25519.signer(new byte[32]);
        byte[] signature = signer.sign(new byte[1]);
        for (int i = 1; i < 7_000; i++) {
            ed25519.verify(signer.publicKey(), new byte[1], signature);
        }
        assertThat(started).as("a host with little to do loads nothing").isEmpty();
        for (int i = 0; i < 100; i++) {
            assertThat(crypto.ed25519().verify(signer.publicKey(), new byte[1], signature))
                    .isTrue();
        }
        assertThat(started).as("once").containsExactly("crypto engine");
        assertThat(offloaded).isOne();
    }

    @Test
    void nothingIsLoadedInASimulationOrATest() {
        Simulation.run(
                1,
                simulation -> assertThat(QuickerChecks.isReal(simulation.host("host", "10.0.0.1")))
                        .isFalse());
        try (SystemEnvironment own = SystemEnvironment.create()) {
            assertThat(QuickerChecks.isReal(own)).isFalse();
        }
        assertThat(QuickerChecks.isReal(SystemEnvironment.shared())).isTrue();
    }
}
