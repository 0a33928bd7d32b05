package libp2p.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many virtual threads on one instance, per engine. */
class ConcurrencyTest {
    @ParameterizedTest
    @EnumSource
    void oneInstanceServesManyThreads(Engine engine) throws Exception {
        Crypto crypto = Engines.only(engine, Primitive.X25519, Primitive.ED25519, Primitive.CHACHA20_POLY1305);
        byte[] seed = crypto.ed25519().generatePrivateKey(new Random(1)::nextBytes);
        try (Signer signer = crypto.ed25519().signer(seed);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> results = new ArrayList<>();
            for (int task = 0; task < 60; task++) {
                int number = task;
                results.add(threads.submit(() -> work(crypto, signer, number)));
            }
            for (Future<Boolean> result : results) {
                assertThat(result.get()).isTrue();
            }
        }
    }

    private static boolean work(Crypto crypto, Signer signer, int number) throws Exception {
        Random random = new Random(number);
        X25519 x25519 = crypto.x25519();
        byte[] a = x25519.generatePrivateKey(random::nextBytes);
        byte[] b = x25519.generatePrivateKey(random::nextBytes);
        byte[] key = x25519.agree(a, x25519.publicKey(b));
        byte[] signature = signer.sign(key);
        try (AeadSealer sealer = crypto.chacha20Poly1305().sealer(key);
                AeadOpener opener = crypto.chacha20Poly1305().opener(x25519.agree(b, x25519.publicKey(a)))) {
            boolean opened = true;
            for (int counter = 0; counter < 20; counter++) {
                opened &= Arrays.equals(opener.open(counter, key, sealer.seal(counter, key, signature)), signature);
            }
            return opened && crypto.ed25519().verify(signer.publicKey(), key, signature);
        }
    }

    @Test
    void closingASignerWipesItsSecrets() {
        byte[] secret = {1, 2, 3};
        SecretSigner signer = new SecretSigner(new byte[0], message -> secret.clone(), secret);
        assertThat(signer.sign(new byte[0])).containsExactly(1, 2, 3);
        signer.close();
        signer.close();
        assertThat(secret).containsOnly(0);
        assertThatThrownBy(() -> signer.sign(new byte[0])).isInstanceOf(IllegalStateException.class);
    }
}
