package libp2p.crypto;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Random;
import libp2p.crypto.algorithm.AeadAlgorithm;

/**
 * Prints processor time per operation of each engine on this machine: the figures behind the default orders. A program,
 * not a test: nothing is asserted.
 */
final class EngineTimings {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int BLOCKS = 8;

    private EngineTimings() {}

    /** One measured operation. */
    @FunctionalInterface
    interface Operation {
        void run(int round) throws Exception;
    }

    /** Measures everything, or the primitives whose labels are given. */
    public static void main(String[] labels) throws Exception {
        for (Primitive primitive : Primitive.values()) {
            if (labels.length > 0 && !java.util.List.of(labels).contains(primitive.label())) {
                continue;
            }
            for (Engine engine : Engines.available(primitive)) {
                measure(Crypto.of(EnginePreference.DEFAULT.preferEverywhere(engine)), primitive, engine);
            }
        }
        xsalsa20();
    }

    private static void measure(Crypto crypto, Primitive primitive, Engine engine) throws Exception {
        String name = primitive.label() + " " + engine.label();
        switch (primitive) {
            case CHACHA20_POLY1305 -> aead(crypto.chacha20Poly1305(), name);
            case AES_GCM -> aead(crypto.aead(AeadAlgorithm.AES_128_GCM), name);
            case X25519 -> {
                byte[] secret = new Random(1)
                        .ints(32)
                        .collect(() -> new byte[32], (b, i) -> b[i & 31] = (byte) i, (a, b) -> {});
                byte[] point = crypto.x25519().publicKey(secret);
                time(name + " agree", 200, round -> crypto.x25519().agree(secret, point));
            }
            case X25519_PUBLIC -> {
                byte[] secret = new byte[32];
                time(name, 200, round -> crypto.x25519().publicKey(secret));
            }
            case ED25519, ED25519_VERIFY -> signatures(crypto.ed25519(), name);
            case ECDSA_P256 -> signatures(crypto.ecdsaP256(), name);
            case SECP256K1 -> signatures(crypto.secp256k1(), name);
            case RSA -> signatures(crypto.rsa(), name);
            case SHA256 -> {
                byte[] text = new byte[65536];
                rate(
                        name + " 64K",
                        time(name + " 64K", 50, round -> crypto.sha256().hash(text)),
                        text.length);
                time(name + " 64 B", 2000, round -> crypto.sha256().hash(new byte[64]));
            }
        }
    }

    private static void aead(Aead aead, String name) throws Exception {
        byte[] key = new byte[aead.algorithm().keyLength()];
        for (int size : new int[] {0, 256, 65519}) {
            for (boolean direct : new boolean[] {true, false}) {
                ByteBuffer buffer = direct ? ByteBuffer.allocateDirect(size + 16) : ByteBuffer.allocate(size + 16);
                String row = name + " " + size + (direct ? " direct" : " heap");
                int rounds = size > 1000 ? 200 : 5000;
                try (AeadSealer sealer = aead.sealer(key);
                        AeadOpener opener = aead.opener(key)) {
                    long[] counter = {0};
                    rate(row, time(row + " seal", rounds, round -> sealer.seal(counter[0]++, buffer, 0, size)), size);
                    byte[] sealed = new byte[size + 16];
                    buffer.get(0, sealed);
                    long last = counter[0] - 1;
                    rate(
                            row,
                            time(row + " open", rounds, round -> {
                                buffer.put(0, sealed);
                                opener.open(last, buffer, 0, size + 16);
                            }),
                            size);
                }
            }
        }
    }

    private static void signatures(SignatureScheme scheme, String name) throws Exception {
        byte[] message = new byte[64];
        try (Signer signer = scheme.signer(scheme.generatePrivateKey(new Random(1)::nextBytes))) {
            byte[] publicKey = signer.publicKey();
            byte[] signature = signer.sign(message);
            time(name + " sign", 100, round -> signer.sign(message));
            time(name + " verify", 100, round -> scheme.verify(publicKey, message, signature));
        }
    }

    private static void xsalsa20() throws Exception {
        XSalsa20 cipher = new XSalsa20(new byte[32], new byte[24]);
        for (boolean direct : new boolean[] {true, false}) {
            ByteBuffer buffer = direct ? ByteBuffer.allocateDirect(65536) : ByteBuffer.allocate(65536);
            String name = "xsalsa20 own 64K " + (direct ? "direct" : "heap");
            rate(name, time(name, 100, round -> cipher.process(buffer, 0, 65536)), 65536);
        }
    }

    /** The least nanoseconds of processor time per operation over some blocks, after a warm-up. */
    private static double time(String name, int rounds, Operation operation) throws Exception {
        double best = Double.MAX_VALUE;
        double bytes = 0;
        for (int block = -4; block < BLOCKS; block++) {
            long allocated = THREADS.getCurrentThreadAllocatedBytes();
            long start = THREADS.getCurrentThreadCpuTime();
            for (int round = 0; round < rounds; round++) {
                operation.run(round);
            }
            double each = (THREADS.getCurrentThreadCpuTime() - start) / (double) rounds;
            bytes = (THREADS.getCurrentThreadAllocatedBytes() - allocated) / (double) rounds;
            best = Math.min(best, each);
        }
        System.out.printf("%-50s %10.2f us %8.0f B allocated%n", name, best / 1000, bytes);
        return best;
    }

    private static void rate(String name, double nanos, int size) {
        if (size > 1000) {
            System.out.printf("%-50s %10.2f GB/s%n", name, size / nanos);
        }
    }
}
